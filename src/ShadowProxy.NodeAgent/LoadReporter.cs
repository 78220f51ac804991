using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ShadowProxy.NodeAgent;

/// <summary>
/// Measures the node in the background and keeps the report that all channels tell. One sampler; any thread reads, and announces.
/// </summary>
internal sealed class LoadReporter : BackgroundService
{
    private readonly Lock _gate = new();
    private readonly ILoadSource _source;
    private readonly TrafficCounter _traffic;
    private readonly RuntimeLoad _runtime;
    private readonly NodeAgentOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<LoadReporter> _logger;
    private RateAverage _requests;
    private RateAverage _errors;
    private long _sampledAt;
    private bool _sourceFails;
    private volatile string _header = "";
    private volatile NodeReport _latest = new(LoadSample.Unknown, default, default, [], IsDraining: false);
    private volatile TaskCompletionSource _announced = NewAnnouncement();

    public LoadReporter(
        ILoadSource source,
        TrafficCounter traffic,
        RuntimeLoad runtime,
        IOptions<NodeAgentOptions> options,
        TimeProvider time,
        ILogger<LoadReporter> logger)
    {
        _source = source;
        _traffic = traffic;
        _runtime = runtime;
        _options = options.Value;
        _time = time;
        _logger = logger;
        _sampledAt = time.GetTimestamp();
        Sample();
    }

    /// <summary>The newest report.</summary>
    public NodeReport Latest => _latest;

    /// <summary>The same, as the value of the response header.</summary>
    public string Header => _header;

    /// <summary>Ends with the next announcement.</summary>
    public Task Announced => _announced.Task;

    /// <summary>Says at once, and from now on, whether the node leaves.</summary>
    public void Announce(bool draining)
    {
        TaskCompletionSource announced;
        lock (_gate)
        {
            Publish(_latest with { IsDraining = draining });
            announced = _announced;
            _announced = NewAnnouncement();
        }

        announced.SetResult();
    }

    internal void Sample()
    {
        var now = _time.GetTimestamp();
        var elapsed = _time.GetElapsedTime(_sampledAt, now);
        _sampledAt = now;
        _requests.Update(_traffic.Ended, elapsed);
        _errors.Update(_traffic.Failed, elapsed);
        var traffic = new NodeTraffic(_requests.Value, _errors.Value, _traffic.InFlight);
        var (load, utilization) = Ask(traffic);
        var runtime = _runtime.Sample(elapsed);
        lock (_gate)
            Publish(new NodeReport(load, traffic, runtime, utilization, _latest.IsDraining));
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(_options.SampleInterval, _time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                Sample();
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    private static TaskCompletionSource NewAnnouncement() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Publish(NodeReport report)
    {
        _latest = report;
        _header = OrcaText.Format(report);
    }

    private (LoadSample Load, KeyValuePair<string, double>[] Utilization) Ask(in NodeTraffic traffic)
    {
        try
        {
            var load = _source.Sample(traffic);
            var utilization = _options.Utilization.Select(entry => KeyValuePair.Create(entry.Key, Math.Min(1, entry.Value()))).ToArray();
            _sourceFails = false;
            return (load, utilization);
        }
#pragma warning disable CA1031 // An application's own source may throw anything; the service it watches must go on.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            if (!_sourceFails)
                _logger.LogWarning(exception, "The node's load cannot be measured; nothing is reported until it can");
            _sourceFails = true;
            return (LoadSample.Unknown, []);
        }
    }
}
