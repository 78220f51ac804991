using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using ShadowProxy.NodeAgent;

namespace ShadowProxy.Tests.NodeAgent;

public sealed class LoadReporterTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly TrafficCounter _traffic = new();
    private readonly FakeLogger<LoadReporter> _logger = new();
    private readonly NodeAgentOptions _options = new();
    private readonly Source _source = new();
    private readonly ConnectionCounter _connections = new(new NoMeters());
    private readonly LoadReporter _reporter;

    public LoadReporterTests() =>
        _reporter = new LoadReporter(_source, _traffic, new RuntimeLoad(_connections, _time), Options.Create(_options), _time, _logger);

    public void Dispose()
    {
        _reporter.Dispose();
        _connections.Dispose();
    }

    [Fact]
    public void Sample_SteadyTraffic_RatesSettleAtIt()
    {
        for (var i = 0; i < 100; i++)
            Serve(requests: 10, failed: 1);

        Assert.Equal(40, _source.Traffic.RequestsPerSecond, 3);
        Assert.Equal(4, _source.Traffic.ErrorsPerSecond, 3);
    }

    [Fact]
    public void Sample_TrafficEnds_RateFallsToAThirdInTwoSeconds()
    {
        for (var i = 0; i < 100; i++)
            Serve(requests: 10, failed: 0);
        for (var i = 0; i < 8; i++)
            Serve(requests: 0, failed: 0);

        Assert.InRange(_source.Traffic.RequestsPerSecond, 40 * 0.33, 40 * 0.40);
    }

    [Fact]
    public void Sample_RequestsUnderWay_AreInFlight()
    {
        _traffic.Start(new DefaultHttpContext());
        var ended = new DefaultHttpContext();
        _traffic.Start(ended);
        _traffic.End(ended, failed: false);
        _reporter.Sample();

        Assert.Contains(",named_metrics.in_flight=1,", _reporter.Header, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0.75, "0.75")]
    [InlineData(1.5, "1")]
    public void Sample_OwnUtilization_IsReportedUpToOne(double value, string reported)
    {
        _options.Utilization["queue"] = () => value;
        _reporter.Sample();

        Assert.Contains($",utilization.queue={reported},", _reporter.Header, StringComparison.Ordinal);
    }

    [Fact]
    public void Announce_BetweenSamples_IsInTheReportAtOnceAndStays()
    {
        var announced = _reporter.Announced;
        _reporter.Announce(draining: true);

        Assert.True(announced.IsCompleted);
        Assert.False(_reporter.Announced.IsCompleted);
        Assert.EndsWith(",named_metrics.draining=1", _reporter.Header, StringComparison.Ordinal);
        _reporter.Sample();
        Assert.EndsWith(",named_metrics.draining=1", _reporter.Header, StringComparison.Ordinal);
    }

    [Fact]
    public void Sample_SourceThrowsForAWhile_SaysSoOnceAndReportsTheRest()
    {
        _source.Fails = true;
        _reporter.Sample();
        _reporter.Sample();
        var failing = _reporter.Header;
        _source.Fails = false;
        _reporter.Sample();

        Assert.StartsWith("TEXT rps_fractional=0,eps=0,utilization.gc_pause=", failing, StringComparison.Ordinal);
        Assert.StartsWith("TEXT cpu_utilization=0.5,mem_utilization=0.25,", _reporter.Header, StringComparison.Ordinal);
        Assert.Single(_logger.Collector.GetSnapshot());
    }

    [Fact(Timeout = 30_000)]
    public async Task Start_TimePasses_SamplesEachInterval()
    {
        await _reporter.StartAsync(TestContext.Current.CancellationToken);
        var before = _source.Samples;
        while (_source.Samples < before + 3)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            _time.Advance(_options.SampleInterval);
            await Task.Yield();
        }

        await _reporter.StopAsync(TestContext.Current.CancellationToken);
    }

    private void Serve(int requests, int failed)
    {
        for (var i = 0; i < requests; i++)
        {
            var request = new DefaultHttpContext();
            _traffic.Start(request);
            _traffic.End(request, i < failed);
        }

        _time.Advance(TimeSpan.FromMilliseconds(250));
        _reporter.Sample();
    }

    private sealed class Source : ILoadSource
    {
        private int _samples;

        public bool Fails { get; set; }

        public int Samples => Volatile.Read(ref _samples);

        public NodeTraffic Traffic { get; private set; }

        public LoadSample Sample(in NodeTraffic traffic)
        {
            Interlocked.Increment(ref _samples);
            Traffic = traffic;
            return Fails ? throw new InvalidOperationException() : new LoadSample(0.5, 0.25);
        }
    }
}
