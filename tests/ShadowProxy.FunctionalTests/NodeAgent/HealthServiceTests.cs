using Grpc.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using ShadowProxy.FunctionalTests.Infrastructure;
using ShadowProxy.NodeAgent.Protocol;
using ServingStatus = ShadowProxy.NodeAgent.Protocol.HealthCheckResponse.Types.ServingStatus;

namespace ShadowProxy.FunctionalTests.NodeAgent;

/// <summary>The gRPC health checking protocol, over real HTTP/2.</summary>
public sealed class HealthServiceTests : IAsyncLifetime
{
    private const string Echo = "shadowproxy.tests.Echo";

    private volatile HealthStatus _health = HealthStatus.Healthy;
    private AgentNode _node = null!;

    public async ValueTask InitializeAsync() => _node = await AgentNode.StartAsync(
        HttpProtocols.Http2, services: services => services.AddHealthChecks().AddCheck("own", () => new HealthCheckResult(_health)));

    public ValueTask DisposeAsync() => _node.DisposeAsync();

    [Theory]
    [InlineData("")]
    [InlineData(Echo)]
    public async Task Check_OfTheServerAndItsServices_FollowsDrainAndHealthChecks(string service)
    {
        using var channel = _node.Connect();
        var client = new Health.HealthClient(channel);

        Assert.Equal(ServingStatus.Serving, await CheckAsync());
        _node.Drain.Drain();
        Assert.Equal(ServingStatus.NotServing, await CheckAsync());
        _node.Drain.Resume();
        Assert.Equal(ServingStatus.Serving, await CheckAsync());
        _health = HealthStatus.Degraded;
        Assert.Equal(ServingStatus.Serving, await CheckAsync());
        _health = HealthStatus.Unhealthy;
        Assert.Equal(ServingStatus.NotServing, await CheckAsync());

        async Task<ServingStatus> CheckAsync() =>
            (await client.CheckAsync(new HealthCheckRequest { Service = service }).ResponseAsync.Soon()).Status;
    }

    [Fact]
    public async Task Check_UnknownService_IsNotFound()
    {
        using var channel = _node.Connect();

        var failure = await Assert.ThrowsAsync<RpcException>(() =>
            new Health.HealthClient(channel).CheckAsync(new HealthCheckRequest { Service = "no.such.Service" }).ResponseAsync.Soon());

        Assert.Equal(StatusCode.NotFound, failure.StatusCode);
    }

    [Fact]
    public async Task Watch_NodeDrainsAndStaysAndStops_TellsEachChangeAndEnds()
    {
        using var channel = _node.Connect();
        using var call = new Health.HealthClient(channel).Watch(new HealthCheckRequest { Service = Echo });
        using var unknown = new Health.HealthClient(channel).Watch(new HealthCheckRequest { Service = "no.such.Service" });

        Assert.Equal(ServingStatus.Serving, await NextAsync(call));
        Assert.Equal(ServingStatus.ServiceUnknown, await NextAsync(unknown));
        _node.Drain.Drain();
        Assert.Equal(ServingStatus.NotServing, await NextAsync(call));
        _node.Drain.Resume();
        Assert.Equal(ServingStatus.Serving, await NextAsync(call));
        await _node.StopAsync().Soon();
        Assert.Null(await NextAsync(call));
        Assert.Null(await NextAsync(unknown));
    }

    private static async Task<ServingStatus?> NextAsync(AsyncServerStreamingCall<HealthCheckResponse> call) =>
        await call.ResponseStream.MoveNext(CancellationToken.None).Soon() ? call.ResponseStream.Current.Status : null;
}
