using Grpc.Core;
using Microsoft.Extensions.Options;
using ShadowProxy.NodeAgent.Protocol;

namespace ShadowProxy.NodeAgent;

/// <summary>
/// Load reports out of band (gRFC A51, <c>xds.service.orca.v3.OpenRcaService</c>): one at once, then one each interval that the client asks
/// for, but no more often than the node is measured; and at once when the node announces that it leaves.
/// </summary>
internal sealed class OrcaService(LoadReporter reporter, NodeDrain drain, IOptions<NodeAgentOptions> options, TimeProvider time)
    : OpenRcaService.OpenRcaServiceBase
{
    /// <summary>The longest that a client may ask for; a day and a timer's bound are not for it to find out.</summary>
    private static readonly TimeSpan LongestInterval = TimeSpan.FromHours(1);

    public override async Task StreamCoreMetrics(
        OrcaLoadReportRequest request, IServerStreamWriter<OrcaLoadReport> responseStream, ServerCallContext context)
    {
        var interval = Interval(request);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, drain.Stopped);
        while (!end.IsCancellationRequested)
        {
            var announced = reporter.Announced;
            await responseStream.WriteAsync(OrcaMessage.From(reporter.Latest), context.CancellationToken);
            await Task.WhenAny(announced, Task.Delay(interval, time, end.Token));
        }
    }

    private TimeSpan Interval(OrcaLoadReportRequest request)
    {
        var asked = request.ReportInterval is { } interval
            ? TimeSpan.FromSeconds(Math.Clamp(interval.Seconds + (interval.Nanos / 1e9), 0, LongestInterval.TotalSeconds))
            : TimeSpan.Zero;
        return asked > options.Value.SampleInterval ? asked : options.Value.SampleInterval;
    }
}
