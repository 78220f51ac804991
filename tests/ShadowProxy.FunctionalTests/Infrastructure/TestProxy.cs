using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using ShadowProxy.Telemetry;
using Yarp.ReverseProxy.Configuration;

namespace ShadowProxy.FunctionalTests.Infrastructure;

/// <summary>A YARP application with ShadowProxy as people write it, on a real loopback port, with a configuration that can be reloaded.</summary>
internal sealed class TestProxy : IAsyncDisposable
{
    private readonly LoopbackListener _listener;
    private readonly ReloadableJson _json;
    private readonly AppliedConfigurations _applied = new();
    private readonly WebApplication _app;

    private TestProxy(
        ProxyConfiguration configuration,
        LoopbackListener listener,
        Action<IServiceCollection>? services,
        Action<WebApplication>? around,
        Action<IReverseProxyApplicationBuilder>? pipeline)
    {
        _listener = listener;
        _json = new ReloadableJson(configuration.ToJson());
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Configuration.Sources.Add(_json);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(5));
        builder.Services.AddReverseProxy()
            .LoadFromConfig(builder.Configuration.GetSection("ReverseProxy"))
            .AddShadowing(configuration.Shadowing is null ? null : builder.Configuration.GetSection("Shadowing"));
        builder.Services.AddSingleton<IConfigChangeListener>(_applied);
        services?.Invoke(builder.Services);
        listener.Configure(builder);
        _app = builder.Build();
        around?.Invoke(_app);
        _app.MapReverseProxy(pipeline ?? (proxy => proxy.UseShadowing()));
    }

    public Uri Address { get; private set; } = null!;

    /// <summary>How many connections clients have opened.</summary>
    public int Connections => _listener.Accepted;

    public IServiceProvider Services => _app.Services;

    /// <summary>What an operator sees and does.</summary>
    public IShadowingControl Control => Services.GetRequiredService<IShadowingControl>();

    /// <summary>Starts a proxy.</summary>
    /// <param name="configuration">What it proxies.</param>
    /// <param name="listener">Where clients reach it; HTTP/1.1 in clear text where left out.</param>
    /// <param name="services">Services that replace or add to its own, such as a clock.</param>
    /// <param name="around">Middleware around the proxy, such as one that looks at a request's features.</param>
    /// <param name="pipeline">The pipeline within YARP; <c>UseShadowing</c> where left out.</param>
    public static async Task<TestProxy> StartAsync(
        ProxyConfiguration configuration,
        LoopbackListener? listener = null,
        Action<IServiceCollection>? services = null,
        Action<WebApplication>? around = null,
        Action<IReverseProxyApplicationBuilder>? pipeline = null)
    {
        var proxy = new TestProxy(configuration, listener ?? new LoopbackListener(), services, around, pipeline);
        await proxy._app.StartAsync();
        proxy.Address = new Uri(proxy._app.Urls.Single());
        return proxy;
    }

    /// <summary>Replaces the whole configuration, and returns once YARP has applied it or, by throwing, refused it.</summary>
    public async Task ReloadAsync(ProxyConfiguration configuration)
    {
        _applied.Forget();
        _json.Replace(configuration.ToJson());
        if (await _applied.NextAsync() is { } refusal)
            throw new InvalidOperationException("The configuration was refused.", refusal);
    }

    /// <summary>A client of its own: connection, cookies, HTTP version as the proxy's listener has it.</summary>
    public TestSession CreateSession() => new(Address, _listener.Protocols);

    public async ValueTask DisposeAsync()
    {
        _listener.Abort();
        await _app.DisposeAsync();
    }

    private sealed class AppliedConfigurations : IConfigChangeListener
    {
        private readonly Channel<Exception?> _outcomes = Channel.CreateUnbounded<Exception?>();

        public void Forget()
        {
            while (_outcomes.Reader.TryRead(out _))
            {
            }
        }

        public Task<Exception?> NextAsync() => _outcomes.Reader.ReadAsync().AsTask().WaitAsync(Patience.Limit);

        public void ConfigurationApplied(IReadOnlyList<IProxyConfig> proxyConfigs) => _outcomes.Writer.TryWrite(null);

        public void ConfigurationApplyingFailed(IReadOnlyList<IProxyConfig> proxyConfigs, Exception exception) =>
            _outcomes.Writer.TryWrite(exception);

        public void ConfigurationLoaded(IReadOnlyList<IProxyConfig> proxyConfigs)
        {
        }

        public void ConfigurationLoadingFailed(IProxyConfigProvider configProvider, Exception exception) =>
            _outcomes.Writer.TryWrite(exception);
    }
}
