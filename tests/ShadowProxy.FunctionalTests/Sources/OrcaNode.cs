using System.Threading.Channels;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using ShadowProxy.FunctionalTests.Infrastructure;
using ShadowProxy.NodeAgent.Protocol;

namespace ShadowProxy.FunctionalTests.Sources;

/// <summary>A node that answers requests, and offers load reports by gRPC's own server: those that the test writes.</summary>
internal sealed class OrcaNode : IAsyncDisposable
{
    private readonly OrcaService _service = new();

    private OrcaNode()
    {
    }

    public TestBackend Backend { get; private set; } = null!;

    /// <summary>The streams that were asked for, in order.</summary>
    public ChannelReader<OrcaCall> Calls => _service.Calls.Reader;

    public static async Task<OrcaNode> StartAsync(bool tls = false)
    {
        var node = new OrcaNode();
        node.Backend = await TestBackend.StartAsync(
            app =>
            {
                app.MapGrpcService<OrcaService>();
                app.MapGet("/{**path}", (HttpContext context) => context.Response.WriteAsync("answer"));
            },
            new LoopbackListener { Protocols = HttpProtocols.Http2, Tls = tls },
            services => services.AddSingleton(node._service).AddGrpc());
        return node;
    }

    public ValueTask DisposeAsync() => Backend.DisposeAsync();
}

/// <summary>One stream: what it was asked for with, and what it is to send; null ends it.</summary>
internal sealed record OrcaCall(OrcaLoadReportRequest Request, ChannelWriter<OrcaLoadReport?> Reports, CancellationToken Cancelled);

/// <summary>The service as gRPC's generated code serves it.</summary>
internal sealed class OrcaService : OpenRcaService.OpenRcaServiceBase
{
    public Channel<OrcaCall> Calls { get; } = Channel.CreateUnbounded<OrcaCall>();

    public override async Task StreamCoreMetrics(
        OrcaLoadReportRequest request, IServerStreamWriter<OrcaLoadReport> responseStream, ServerCallContext context)
    {
        var reports = Channel.CreateUnbounded<OrcaLoadReport?>();
        await Calls.Writer.WriteAsync(new OrcaCall(request, reports.Writer, context.CancellationToken));
        while (await reports.Reader.ReadAsync(context.CancellationToken) is { } report)
            await responseStream.WriteAsync(report, context.CancellationToken);
    }
}
