using System.Net.Http.Headers;
using ShadowProxy.Configuration;
using ShadowProxy.Signals.Metrics;

namespace ShadowProxy.Signals.Sources;

/// <summary>Scrapes a node's metrics, over a connection of its own each time, and makes load reports of them.</summary>
internal sealed class MetricsScrape(MetricsSettings settings, MetricMapping mapping, TimeProvider time, RandomSource random)
    : PolledSource(settings.Interval, TimeoutOf(settings.Interval), time, random)
{
    private static readonly TimeSpan ShortestTimeout = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestTimeout = TimeSpan.FromSeconds(10);

    private readonly TimeProvider _time = time;
    private MetricTotals? _before;

    /// <inheritdoc/>
    protected override async Task AskAsync(SourceTarget target, SourceSink sink, CancellationToken cancellation)
    {
        using var client = new HttpMessageInvoker(target.CreateHandler());
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(target.Root(settings.Port), settings.Path));
        request.Headers.ConnectionClose = true;
        request.Headers.UserAgent.ParseAdd("ShadowProxy");
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/plain") { Parameters = { new("version", "0.0.4") } });
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/openmetrics-text", 0.9) { Parameters = { new("version", "1.0.0") } });
        using var response = await client.SendAsync(request, cancellation);
        if (!response.IsSuccessStatusCode)
            throw new SourceFailedException($"{settings.Path} answered {(int)response.StatusCode}");

        var now = mapping.Begin(_time.GetTimestamp() / (double)_time.TimestampFrequency);
        await using var body = await response.Content.ReadAsStreamAsync(cancellation);
        var error = await ExpositionReader.ReadAsync(body, now, cancellation);
        Take(now, error, sink);
    }

    private void Take(MetricTotals now, string? error, SourceSink sink)
    {
        if (error is not null)
        {
            sink.Reject(error);
            return;
        }

        var before = _before;
        _before = now;
        if (mapping.Read(now, before, out var report) is { } problem)
            sink.Reject(problem);
        else if (!MetricMapping.IsEmpty(report))
            sink.Report(report);
        else if (before is not null)
            sink.Reject("none of the metrics that are looked for is there");
    }

    private static TimeSpan TimeoutOf(TimeSpan interval) =>
        interval < ShortestTimeout ? ShortestTimeout : interval > LongestTimeout ? LongestTimeout : interval;
}
