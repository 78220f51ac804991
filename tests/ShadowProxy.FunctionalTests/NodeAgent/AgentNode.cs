using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using ShadowProxy.FunctionalTests.Infrastructure;
using ShadowProxy.FunctionalTests.PassThrough;
using ShadowProxy.NodeAgent;

namespace ShadowProxy.FunctionalTests.NodeAgent;

/// <summary>A backend with the agent and all that it serves. Any other request waits until the test lets it go.</summary>
internal sealed class AgentNode : IAsyncDisposable
{
    private readonly EchoGate _gate = new();
    private readonly TaskCompletionSource _begun = new();
    private readonly TaskCompletionSource _released = new();
    private TestBackend _backend = null!;
    private INodeDrain _drain = null!;

    private AgentNode()
    {
    }

    /// <summary>Where it is.</summary>
    public Uri Address => _backend.Address;

    /// <summary>Announces its shutdown.</summary>
    public INodeDrain Drain => _drain;

    /// <summary>A request waits there.</summary>
    public Task Begun => _begun.Task.Soon();

    /// <summary>Starts it.</summary>
    /// <param name="protocols">What it speaks; gRPC wants HTTP/2.</param>
    /// <param name="configure">Changes the agent's options.</param>
    /// <param name="services">Further services, such as a clock.</param>
    /// <param name="port">Where it listens; 0 = any free port.</param>
    /// <param name="drainPort">Where it may be drained.</param>
    public static async Task<AgentNode> StartAsync(
        HttpProtocols protocols = HttpProtocols.Http1,
        Action<NodeAgentOptions>? configure = null,
        Action<IServiceCollection>? services = null,
        int port = 0,
        int drainPort = 1)
    {
        var node = new AgentNode();
        node._backend = await TestBackend.StartAsync(
            app =>
            {
                node._drain = app.Services.GetRequiredService<INodeDrain>();
                app.UseNodeAgent();
                app.MapNodeAgentOrca();
                app.MapNodeAgentHealth();
                app.MapNodeAgentMetrics();
                app.MapNodeAgentDrain(drainPort);
                app.MapGrpcService<EchoService>();
                app.MapGet("/", () => "here");
                app.MapGet("/wait", node.WaitAsync);
            },
            new LoopbackListener { Protocols = protocols, Port = port },
            collection =>
            {
                collection.AddSingleton(node._gate);
                collection.AddNodeAgent(configure);
                services?.Invoke(collection);
            });
        return node;
    }

    /// <summary>Lets the requests that wait go.</summary>
    public void Release() => _released.TrySetResult();

    /// <summary>A channel to it over HTTP/2.</summary>
    public GrpcChannel Connect() => GrpcChannel.ForAddress(Address);

    public Task StopAsync() => _backend.StopAsync();

    public async ValueTask DisposeAsync()
    {
        Release();
        await _backend.DisposeAsync();
        _gate.Dispose();
    }

    private async Task WaitAsync(HttpContext context)
    {
        _begun.TrySetResult();
        await _released.Task.WaitAsync(context.RequestAborted);
        await context.Response.WriteAsync("waited");
    }
}
