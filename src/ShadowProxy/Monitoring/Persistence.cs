using System.Numerics;

namespace ShadowProxy.Monitoring;

/// <summary>
/// In how many of the last ten spans of time trouble was seen: a single stall, which holds up a handful of requests at once, is told from
/// trouble that goes on. Not thread-safe.
/// </summary>
/// <param name="spanSeconds">How long a span is.</param>
internal struct Persistence(double spanSeconds)
{
    private const int Spans = 10;
    private const uint Mask = (1u << Spans) - 1;

    private uint _spans;
    private long _current;

    /// <summary>Spans in which trouble was seen, 0 to 10.</summary>
    public readonly int Count => BitOperations.PopCount(_spans);

    /// <summary>Whether trouble was seen in the present span or the one before: what is older is memory.</summary>
    public readonly bool IsPresent => (_spans & 3) != 0;

    /// <summary>Takes in a tick.</summary>
    /// <param name="trouble">Whether there was trouble since the last one.</param>
    /// <param name="seconds">The monitor's time.</param>
    public void Add(bool trouble, double seconds)
    {
        var span = (long)(seconds / spanSeconds);
        var passed = span - _current;
        if (passed > 0)
            _spans = passed < Spans ? (_spans << (int)passed) & Mask : 0;
        _current = span;
        if (trouble)
            _spans |= 1;
    }
}
