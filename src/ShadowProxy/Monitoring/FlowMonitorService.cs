using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using ShadowProxy.Tables;
using ShadowProxy.Telemetry;

namespace ShadowProxy.Monitoring;

/// <summary>Runs the <see cref="FlowMonitor"/> while the application runs.</summary>
internal sealed class FlowMonitorService(
    FlowMonitor monitor, FlowTables tables, ShadowingMetrics metrics, TimeProvider time, ILogger<FlowMonitorService> logger) : BackgroundService
{
    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        metrics.Watch(tables, monitor);
        using var timer = new PeriodicTimer(FlowMonitor.Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                Tick();
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            return;
        }
    }

    private void Tick()
    {
        try
        {
            monitor.Tick();
        }
#pragma warning disable CA1031 // A monitor that stops would leave flows on dying nodes; requests must not suffer from its bugs.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            ShadowingLog.MonitorFailed(logger, exception);
        }
    }
}
