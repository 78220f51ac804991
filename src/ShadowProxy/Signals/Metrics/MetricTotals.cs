namespace ShadowProxy.Signals.Metrics;

/// <summary>What one scrape says of the metrics that are looked for: each one's sum and count of series. Not thread-safe.</summary>
/// <param name="selectors">What is looked for.</param>
/// <param name="seconds">When, in seconds of any clock.</param>
internal sealed class MetricTotals(MetricSelectors selectors, double seconds)
{
    private static readonly string[] Parts = ["_total", "_sum", "_count", "_bucket"];

    private readonly Total[] _totals = new Total[selectors.Count];
    private string _family = "";
    private Kind _kind;

    private enum Kind
    {
        Unknown,
        Gauge,
        Counter,

        /// <summary>A histogram or a summary: its sums and counts are counters, the family itself is not.</summary>
        Distribution,
    }

    /// <summary>How many series there are of a metric that is looked for.</summary>
    public int CountOf(int selector) => _totals[selector].Count;

    /// <summary>
    /// The sum of a metric's series, as a rate per second where it is a counter; NaN where there is none, or where a counter has no past
    /// or fell since: a series of it began anew or went away.
    /// </summary>
    /// <param name="selector">The metric.</param>
    /// <param name="before">The scrape before; null where this is the first.</param>
    public double ValueOf(int selector, MetricTotals? before)
    {
        ref readonly var total = ref _totals[selector];
        if (total.Count == 0)
            return double.NaN;
        if (!total.IsCounter)
            return total.Sum;
        if (before is null || before.CountOf(selector) == 0 || before.Seconds >= seconds)
            return double.NaN;
        var increase = total.Sum - before._totals[selector].Sum;
        return increase >= 0 ? increase / (seconds - before.Seconds) : double.NaN;
    }

    private double Seconds => seconds;

    /// <summary>Takes in a line.</summary>
    /// <returns>Null, or what is wrong with it.</returns>
    public string? Take(ReadOnlySpan<char> line)
    {
        if (line.IsEmpty)
            return null;
        if (line[0] == '#')
        {
            TakeType(line);
            return null;
        }

        if (!ExpositionSample.TryRead(line, out var sample, out var error))
            return error;
        foreach (var selector in selectors.Named(sample.Name))
        {
            if (!selectors[selector].Matches(in sample))
                continue;
            ref var total = ref _totals[selector];
            total.Count++;
            total.Sum += sample.Value;
            total.IsCounter = IsCounter(sample.Name);
        }

        return null;
    }

    private void TakeType(ReadOnlySpan<char> line)
    {
        Span<Range> words = stackalloc Range[4];
        if (line.Split(words, ' ', StringSplitOptions.RemoveEmptyEntries) < 4 || line[words[1]] is not "TYPE")
            return;
        _family = line[words[2]].ToString();
        _kind = line[words[3]].Trim() switch
        {
            "counter" => Kind.Counter,
            "gauge" => Kind.Gauge,
            "histogram" or "summary" => Kind.Distribution,
            _ => Kind.Unknown,
        };
    }

    private bool IsCounter(ReadOnlySpan<char> name)
    {
        var part = name.StartsWith(_family) ? name[_family.Length..] : "?";
        var isOfFamily = part.IsEmpty || IsPart(part);
        return (isOfFamily ? _kind : Kind.Unknown) switch
        {
            Kind.Counter => true,
            Kind.Gauge => false,
            Kind.Distribution => !part.IsEmpty,
            _ => name.EndsWith("_total"),
        };
    }

    private static bool IsPart(ReadOnlySpan<char> part)
    {
        foreach (var known in Parts)
        {
            if (part.SequenceEqual(known))
                return true;
        }

        return false;
    }

    private struct Total
    {
        public double Sum;
        public int Count;
        public bool IsCounter;
    }
}
