using System.Diagnostics.Metrics;

namespace ShadowProxy.Tests.Telemetry;

/// <summary>Listens to the meters of one factory, and keeps the last value of each series.</summary>
internal sealed class SeriesRecorder : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly Dictionary<(string Instrument, string Tags), double> _values = [];

    public SeriesRecorder(IMeterFactory factory)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Scope != factory)
                return;
            Instruments.Add(instrument);
            listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.Start();
    }

    public List<Instrument> Instruments { get; } = [];

    /// <summary>All series so far; what is observed is asked for.</summary>
    public IReadOnlyDictionary<(string Instrument, string Tags), double> Collect()
    {
        _listener.RecordObservableInstruments();
        return _values;
    }

    /// <summary>A series' value; counters that are not observed are summed up.</summary>
    /// <param name="instrument">The instrument.</param>
    /// <param name="tags">The values of its tags, by their names' order, with a space between.</param>
    public double Value(string instrument, string tags = "") => Collect()[(instrument, tags)];

    public void Dispose() => _listener.Dispose();

    private void Take(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var key = (instrument.Name, string.Join(' ', tags.ToArray().OrderBy(tag => tag.Key, StringComparer.Ordinal).Select(tag => tag.Value)));
        var isSummed = instrument is Counter<long> or Histogram<double>;
        _values[key] = isSummed ? _values.GetValueOrDefault(key) + value : value;
    }
}
