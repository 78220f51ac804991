using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ShadowProxy.NodeAgent;

/// <summary>
/// Measures the node in the background and keeps the report that goes with every response. One writer, any number of readers.
/// </summary>
internal sealed class LoadReporter : BackgroundService
{
    private readonly ILoadSource _source;
    private readonly TrafficCounter _traffic;
    private readonly NodeAgentOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<LoadReporter> _logger;
    private RateAverage _requests;
    private RateAverage _errors;
    private long _sampledAt;
    private bool _sourceFails;
    private volatile string _header = "";

    public LoadReporter(
        ILoadSource source, TrafficCounter traffic, IOptions<NodeAgentOptions> options, TimeProvider time, ILogger<LoadReporter> logger)
    {
        _source = source;
        _traffic = traffic;
        _options = options.Value;
        _time = time;
        _logger = logger;
        _sampledAt = time.GetTimestamp();
        Sample();
    }

    /// <summary>The newest report, as the value of the response header.</summary>
    public string Header => _header;

    internal void Sample()
    {
        var now = _time.GetTimestamp();
        var elapsed = _time.GetElapsedTime(_sampledAt, now);
        _sampledAt = now;
        _requests.Update(_traffic.Ended, elapsed);
        _errors.Update(_traffic.Failed, elapsed);
        var traffic = new NodeTraffic(_requests.Value, _errors.Value, _traffic.InFlight);
        var (load, utilization) = Ask(traffic);
        _header = OrcaText.Format(load, traffic, utilization);
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

    private (LoadSample Load, KeyValuePair<string, double>[] Utilization) Ask(in NodeTraffic traffic)
    {
        try
        {
            var load = _source.Sample(traffic);
            var utilization = _options.Utilization.Select(entry => KeyValuePair.Create(entry.Key, entry.Value())).ToArray();
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
