using System.Diagnostics.Metrics;
using System.Net;
using ShadowProxy.Connections;
using ShadowProxy.Edge.Telemetry;
using ShadowProxy.Telemetry;

namespace ShadowProxy.Edge.Clients;

/// <summary>Counts the connections that the PROXY protocol turned away, and says why: in the log at most once a second. Thread-safe.</summary>
internal sealed class RejectedConnections(IMeterFactory meters, TimeProvider time, ILogger<RejectedConnections> logger)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly Counter<long> _rejected = meters.Create(ShadowingMetrics.MeterName).CreateCounter<long>(
        "shadowproxy.proxy_protocol.rejected", "{connection}", "Connections that were closed for want of a PROXY protocol header from a trusted proxy.");

    private readonly Lock _lock = new();
    private long? _told;
    private long _untold;

    /// <summary>Adds a connection.</summary>
    /// <param name="sender">Where it came from.</param>
    /// <param name="status">How its header was; null where it was not read because the sender is not trusted.</param>
    public void Add(EndPoint? sender, PrefaceStatus? status)
    {
        var (reason, problem) = status switch
        {
            null => ("untrusted", "it is not among TrustedProxies"),
            PrefaceStatus.TimedOut => ("timeout", "no whole PROXY protocol header came in time"),
            PrefaceStatus.Ended => ("ended", "it ended before its PROXY protocol header did"),
            _ => ("malformed", "it did not begin with a PROXY protocol header"),
        };
        _rejected.Add(1, new KeyValuePair<string, object?>(Tags.Reason, reason));
        if (TryPause(out var untold))
            EdgeLog.ConnectionRejected(logger, sender?.ToString(), problem, untold);
    }

    private bool TryPause(out long untold)
    {
        lock (_lock)
        {
            var now = time.GetTimestamp();
            untold = _untold;
            if (_told is { } told && time.GetElapsedTime(told, now) < Pause)
            {
                _untold++;
                return false;
            }
            (_told, _untold) = (now, 0);
            return true;
        }
    }
}
