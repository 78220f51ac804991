using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using ShadowProxy.FunctionalTests.Infrastructure;

namespace ShadowProxy.FunctionalTests.PassThrough;

/// <summary>gRPC in clear text (HTTP/2 with prior knowledge) on both sides.</summary>
public sealed class GrpcTests : IAsyncLifetime
{
    private readonly EchoGate _gate = new();
    private TestBackend _backend = null!;
    private TestProxy _proxy = null!;
    private TestSession _session = null!;
    private GrpcChannel _channel = null!;
    private Echo.EchoClient _client = null!;

    public async ValueTask InitializeAsync()
    {
        _backend = await TestBackend.StartAsync(
            app => app.MapGrpcService<EchoService>(),
            new LoopbackListener { Protocols = HttpProtocols.Http2 },
            services => services.AddSingleton(_gate).AddGrpc());
        _proxy = await TestProxy.StartAsync(
            ProxyConfiguration.For(_backend) with { DestinationVersion = "2" },
            new LoopbackListener { Protocols = HttpProtocols.Http2 });
        _session = _proxy.CreateSession();
        _channel = GrpcChannel.ForAddress(_proxy.Address, new GrpcChannelOptions { HttpHandler = _session.Handler });
        _client = new Echo.EchoClient(_channel);
    }

    public async ValueTask DisposeAsync()
    {
        _channel.Dispose();
        _session.Dispose();
        await _proxy.DisposeAsync();
        await _backend.DisposeAsync();
        _gate.Dispose();
    }

    [Fact]
    public async Task Unary_Note_ComesBack()
    {
        var answer = await _client.UnaryAsync(new Note { Text = "hello" }).ResponseAsync.Soon();

        Assert.Equal("hello", answer.Text);
    }

    [Fact]
    public async Task Unary_BackendFails_StatusAndDetailReachTheClient()
    {
        var failure = await Assert.ThrowsAsync<RpcException>(() => _client.UnaryAsync(new Note { Text = "fail" }).ResponseAsync.Soon());

        Assert.Equal((StatusCode.FailedPrecondition, "as asked"), (failure.StatusCode, failure.Status.Detail));
    }

    [Fact]
    public async Task ServerStream_EachMessage_ArrivesBeforeTheNextIsSent()
    {
        using var call = _client.ServerStream(new Note { Text = "m" });
        var received = new List<string>();
        while (await call.ResponseStream.MoveNext().Soon())
        {
            received.Add(call.ResponseStream.Current.Text);
            _gate.Received.Release();
        }

        Assert.Equal(["m0", "m1", "m2"], received);
        Assert.Equal("3", call.GetTrailers().GetValue("sent"));
    }

    [Fact]
    public async Task ClientStream_Messages_ArriveInOrder()
    {
        using var call = _client.ClientStream();
        foreach (var text in new[] { "a", "b", "c" })
            await call.RequestStream.WriteAsync(new Note { Text = text }).Soon();
        await call.RequestStream.CompleteAsync().Soon();

        Assert.Equal("a,b,c", (await call.ResponseAsync.Soon()).Text);
    }

    [Fact]
    public async Task Duplex_EachMessage_IsAnsweredBeforeTheNextIsSent()
    {
        using var call = _client.Duplex();
        for (var i = 0; i < 20; i++)
        {
            await call.RequestStream.WriteAsync(new Note { Text = $"{i}" }).Soon();
            Assert.True(await call.ResponseStream.MoveNext().Soon());
            Assert.Equal($"{i}", call.ResponseStream.Current.Text);
        }

        await call.RequestStream.CompleteAsync().Soon();
        Assert.False(await call.ResponseStream.MoveNext().Soon());
    }
}
