using System.Diagnostics.Metrics;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;
using ShadowProxy.Connections;
using ShadowProxy.Edge.Clients;

namespace ShadowProxy.Tests.Edge.Clients;

public sealed class RejectedConnectionsTests : IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly FakeTimeProvider _time = new();
    private readonly FakeLogger<RejectedConnections> _log = new();
    private readonly MetricCollector<long> _counted;
    private readonly RejectedConnections _rejected;

    public RejectedConnectionsTests()
    {
        var meters = _services.GetRequiredService<IMeterFactory>();
        _counted = new MetricCollector<long>(meters, "ShadowProxy", "shadowproxy.proxy_protocol.rejected");
        _rejected = new RejectedConnections(meters, _time, _log);
    }

    public void Dispose()
    {
        _counted.Dispose();
        _services.Dispose();
    }

    [Theory]
    [InlineData(null, "untrusted")]
    [InlineData((int)PrefaceStatus.Invalid, "malformed")]
    [InlineData((int)PrefaceStatus.TimedOut, "timeout")]
    [InlineData((int)PrefaceStatus.Ended, "ended")]
    public void Add_Connection_IsCountedByItsReasonAndSaid(int? status, string reason)
    {
        _rejected.Add(new IPEndPoint(IPAddress.Loopback, 7), (PrefaceStatus?)status);

        Assert.Equal(reason, Assert.Single(_counted.GetMeasurementSnapshot()).Tags["shadowproxy.reason"]);
        Assert.Equal(LogLevel.Warning, _log.LatestRecord.Level);
        Assert.Contains("127.0.0.1:7", _log.LatestRecord.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Add_Flood_IsSaidOnceASecond()
    {
        for (var i = 0; i < 100; i++)
            _rejected.Add(null, null);
        _time.Advance(TimeSpan.FromSeconds(1));
        _rejected.Add(null, null);

        Assert.Equal(101, _counted.GetMeasurementSnapshot().Count);
        Assert.Equal(2, _log.Collector.Count);
        Assert.Contains("99 more", _log.LatestRecord.Message, StringComparison.Ordinal);
    }
}
