using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using ShadowProxy.Signals.Sources;
using ShadowProxy.Telemetry;

namespace ShadowProxy.Monitoring;

/// <summary>
/// Runs the <see cref="FlowMonitor"/>, sends the probes and follows the sources while the application runs, ten times a second, on a thread of its own: who watches
/// must not wait for a thread pool that what it watches has exhausted, and waking the pool's threads so often would cost more than the watching.
/// </summary>
internal sealed class FlowMonitorService(
    FlowMonitor monitor, ProbeSchedule probes, SourceSupervisor sources, ShadowingMetrics metrics, ShadowingGauges gauges,
    ILogger<FlowMonitorService> logger)
    : IHostedService, IDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private Thread? _thread;

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        _thread = new Thread(Run) { IsBackground = true, Name = "ShadowProxy monitor" };
        _thread.Start();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken)
    {
        _stopping.Cancel();
        _thread?.Join();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stopping.Cancel();
        _thread?.Join();
        _stopping.Dispose();
    }

    private void Run()
    {
        using var cpu = ThreadCpuTime.OfThisThread();
        gauges.MonitorCpu = cpu;
        while (!_stopping.Token.WaitHandle.WaitOne(FlowMonitor.Interval))
        {
            try
            {
                monitor.Tick();
                metrics.Ticked(monitor.LastTickDuration);
                probes.SendDue(_stopping.Token);
                sources.Follow(_stopping.Token);
            }
#pragma warning disable CA1031 // A monitor that stops would leave flows on dying nodes; requests must not suffer from its bugs.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                metrics.MonitorFailed();
                ShadowingLog.MonitorFailed(logger, exception);
            }
        }
    }
}
