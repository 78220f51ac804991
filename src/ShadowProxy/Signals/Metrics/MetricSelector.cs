using System.Runtime.InteropServices;

namespace ShadowProxy.Signals.Metrics;

/// <summary>A metric's name, and labels that must match; stands for all its series that do.</summary>
/// <param name="Name">The name.</param>
/// <param name="Labels">The labels and their values, in the order of the text.</param>
internal sealed record MetricSelector(string Name, IReadOnlyList<(string Label, string Value)> Labels)
{
    /// <summary>Whether a sample of its name is one of its series.</summary>
    public bool Matches(in ExpositionSample sample)
    {
        foreach (var (label, value) in Labels)
        {
            if (!sample.Has(label, value))
                return false;
        }

        return true;
    }
}

/// <summary>The metrics that formulas look for. Built once, then safe for all threads.</summary>
internal sealed class MetricSelectors
{
    private readonly List<MetricSelector> _all = [];
    private readonly Dictionary<string, List<int>> _byName = new(StringComparer.Ordinal);

    /// <summary>How many there are.</summary>
    public int Count => _all.Count;

    public MetricSelector this[int index] => _all[index];

    /// <summary>Adds one.</summary>
    /// <returns>Its index.</returns>
    public int Add(MetricSelector selector)
    {
        _all.Add(selector);
        if (!_byName.TryGetValue(selector.Name, out var named))
            _byName[selector.Name] = named = [];
        named.Add(_all.Count - 1);
        return _all.Count - 1;
    }

    /// <summary>The indexes of those with a name.</summary>
    public ReadOnlySpan<int> Named(ReadOnlySpan<char> name) =>
        _byName.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(name, out var named) ? CollectionsMarshal.AsSpan(named) : [];
}
