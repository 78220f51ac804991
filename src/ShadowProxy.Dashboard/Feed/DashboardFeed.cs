using System.Security.Claims;
using Microsoft.Extensions.Logging;
using ShadowProxy.Telemetry;

namespace ShadowProxy.Dashboard.Feed;

/// <summary>
/// One look at the proxy a second for all open pages together, and none while no page is open. Thread-safe.
/// </summary>
internal sealed class DashboardFeed : IDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    private readonly TimeProvider _time;
    private readonly ILogger<DashboardFeed> _logger;
    private readonly SnapshotBuilder _builder = new();
    private readonly ITimer _timer;
    private readonly Lock _looking = new();
    private readonly Lock _lock = new();
    private Action[] _pages = [];

    public DashboardFeed(OperatorControl control, TimeProvider time, ILogger<DashboardFeed> logger)
    {
        (Control, _time, _logger) = (control(new ClaimsPrincipal(new ClaimsIdentity())), time, logger);
        _timer = time.CreateTimer(_ => Look(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>What there is to read, for whoever may open the page; it does nothing.</summary>
    public IShadowingControl Control { get; }

    /// <summary>The last look.</summary>
    public DashboardSnapshot Current { get; private set; } = DashboardSnapshot.Empty;

    /// <summary>Looks at once, and every second from then on.</summary>
    /// <param name="changed">Told of each look; it must not wait for anything.</param>
    /// <returns>Ends it.</returns>
    public IDisposable Open(Action changed)
    {
        bool first;
        lock (_lock)
        {
            first = _pages.Length == 0;
            _pages = [.. _pages, changed];
        }

        if (first)
        {
            Look();
            _timer.Change(Period, Period);
        }

        return new Page(this, changed);
    }

    /// <summary>Looks now, because somebody did something.</summary>
    public void Look()
    {
        lock (_looking)
            Current = Read();
        foreach (var changed in Volatile.Read(ref _pages))
            changed();
    }

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();

    private DashboardSnapshot Read()
    {
        try
        {
            return _builder.Build(Control, _time.GetUtcNow());
        }
#pragma warning disable CA1031 // Whatever it is: the page says so, and shows what it knew before.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            _logger.LogError(exception, "The state of the proxy could not be read for the live page");
            return Current with { Error = exception.Message };
        }
    }

    private void Close(Action changed)
    {
        lock (_lock)
        {
            _pages = [.. _pages.Where(page => page != changed)];
            if (_pages.Length == 0)
                _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }

    private sealed class Page(DashboardFeed feed, Action changed) : IDisposable
    {
        public void Dispose() => feed.Close(changed);
    }
}
