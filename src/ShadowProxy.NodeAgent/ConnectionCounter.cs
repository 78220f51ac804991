using System.Diagnostics.Metrics;

namespace ShadowProxy.NodeAgent;

/// <summary>Counts the application's open connections, by what Kestrel says of them. Thread-safe.</summary>
internal sealed class ConnectionCounter : IDisposable
{
    private readonly MeterListener _listener = new();
    private long _open;

    /// <param name="meters">The application's meters: others in the same process have their own.</param>
    public ConnectionCounter(IMeterFactory meters)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Name == "kestrel.active_connections" && ReferenceEquals(instrument.Meter.Scope, meters))
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((_, change, _, _) => Interlocked.Add(ref _open, change));
        _listener.Start();
    }

    /// <summary>How many are open; 0 where another server than Kestrel runs.</summary>
    public long Open => Math.Max(0, Volatile.Read(ref _open));

    public void Dispose() => _listener.Dispose();
}
