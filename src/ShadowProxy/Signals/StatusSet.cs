using System.Globalization;

namespace ShadowProxy.Signals;

/// <summary>Some HTTP statuses, such as <c>200-299, 401</c>. Immutable.</summary>
internal sealed class StatusSet
{
    private const int Least = 100;
    private const int Most = 599;

    private readonly (int First, int Last)[] _ranges;

    private StatusSet((int, int)[] ranges) => _ranges = ranges;

    /// <summary>All that mean success.</summary>
    public static StatusSet Success { get; } = new([(200, 299)]);

    /// <summary>Reads statuses and ranges of them, set apart by commas.</summary>
    /// <returns>Null where the text is not that.</returns>
    public static StatusSet? Parse(string text)
    {
        var ranges = new List<(int, int)>();
        foreach (var part in text.Split(','))
        {
            var ends = part.Split('-');
            if (ends.Length > 2 || !TryRead(ends[0], out var first) || !TryRead(ends[^1], out var last) || last < first)
                return null;
            ranges.Add((first, last));
        }

        return new StatusSet([.. ranges]);
    }

    /// <summary>Whether a status is one of them.</summary>
    public bool Contains(int status) => Array.Exists(_ranges, range => status >= range.First && status <= range.Last);

    private static bool TryRead(string text, out int status) =>
        int.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out status) && status is >= Least and <= Most;
}
