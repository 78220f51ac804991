using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using ShadowProxy.Forwarding;
using ShadowProxy.Monitoring;
using ShadowProxy.Nodes;
using Yarp.ReverseProxy;
using Yarp.ReverseProxy.Forwarder;

namespace ShadowProxy.Tests.Forwarding.InProcess;

/// <summary>
/// A whole YARP application with ShadowProxy, without a socket: requests are handed to its pipeline, and a handler stands for all of its nodes.
/// Nodes are neither probed nor watched.
/// </summary>
internal sealed class InProcessProxy : IAsyncDisposable
{
    private const string Cluster = "cluster";
    private const string Route = "route";

    private readonly StubServer _server = new();
    private readonly WebApplication _app;

    private InProcessProxy(HttpMessageHandler nodes, int count, TimeProvider time)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            [$"ReverseProxy:Routes:{Route}:ClusterId"] = Cluster,
            [$"ReverseProxy:Routes:{Route}:Match:Path"] = "{**path}",
            [$"ReverseProxy:Clusters:{Cluster}:HttpRequest:ActivityTimeout"] = "00:00:00.5",
        });
        builder.Configuration.AddInMemoryCollection(Enumerable.Range(0, count).Select(i =>
            KeyValuePair.Create<string, string?>($"ReverseProxy:Clusters:{Cluster}:Destinations:n{i}:Address", $"http://n{i}/")));
        builder.Services.AddSingleton(time);
        builder.Services.AddSingleton<IForwarderHttpClientFactory>(new StubClientFactory(nodes));
        builder.Services.AddReverseProxy().LoadFromConfig(builder.Configuration.GetSection("ReverseProxy")).AddShadowing();
        builder.Services.AddSingleton<IServer>(_server);
        foreach (var service in builder.Services.Where(s => s.ServiceType == typeof(IHostedService) && s.ImplementationType == typeof(FlowMonitorService)).ToArray())
            builder.Services.Remove(service);
        _app = builder.Build();
        _app.MapReverseProxy(proxy => proxy.UseShadowing());
    }

    public IServiceProvider Services => _app.Services;

    public ShadowCluster Nodes => Services.GetRequiredService<NodeRegistry>().FindCluster(Cluster)!;

    /// <summary>The route's norm.</summary>
    public RouteNorm Norm
    {
        get
        {
            Assert.True(Services.GetRequiredService<IProxyStateLookup>().TryGetRoute(Route, out var route));
            return Services.GetRequiredService<RouteBindings>().Find(route)!.Norm;
        }
    }

    public static async Task<InProcessProxy> StartAsync(HttpMessageHandler nodes, int count, TimeProvider time)
    {
        var proxy = new InProcessProxy(nodes, count, time);
        await proxy._app.StartAsync();
        return proxy;
    }

    /// <summary>Handles a request to its end.</summary>
    /// <param name="method">Its method.</param>
    /// <param name="id">Its flow's name, and its own.</param>
    /// <param name="body">Its body; null where it has none.</param>
    /// <param name="aborted">The client goes away.</param>
    public async Task<HttpContext> SendAsync(string method, string id, byte[]? body, CancellationToken aborted)
    {
        var context = new DefaultHttpContext { RequestAborted = aborted };
        var request = context.Request;
        request.Method = method;
        request.Scheme = "http";
        request.Host = new HostString("proxy");
        request.Path = "/";
        request.Headers.Authorization = id;
        context.Features.Set<IHttpRequestBodyDetectionFeature>(new BodyDetection(body is not null));
        if (body is not null)
        {
            request.Body = new MemoryStream(body);
            request.ContentLength = body.Length;
        }

        await _server.Process(context.Features);
        return context;
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private sealed record BodyDetection(bool CanHaveBody) : IHttpRequestBodyDetectionFeature;

    private sealed class StubClientFactory(HttpMessageHandler nodes) : IForwarderHttpClientFactory
    {
        public HttpMessageInvoker CreateClient(ForwarderHttpClientContext context) => new(nodes, disposeHandler: false);
    }

    private sealed class StubServer : IServer
    {
        public Func<IFeatureCollection, Task> Process { get; private set; } = _ => Task.CompletedTask;

        public IFeatureCollection Features { get; } = new FeatureCollection();

        public Task StartAsync<TContext>(IHttpApplication<TContext> application, CancellationToken cancellationToken)
            where TContext : notnull
        {
            Process = async features =>
            {
                var context = application.CreateContext(features);
                try
                {
                    await application.ProcessRequestAsync(context);
                    application.DisposeContext(context, null);
                }
                catch (Exception exception)
                {
                    application.DisposeContext(context, exception);
                    throw;
                }
            };
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public void Dispose()
        {
        }
    }
}
