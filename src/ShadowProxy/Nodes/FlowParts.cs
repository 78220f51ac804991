namespace ShadowProxy.Nodes;

/// <summary>
/// Caps the part that one flow has in a count: what a flow adds beyond its share of the whole is left out. Counts by a small table of
/// hashes, so that two flows may share a place and then a cap. Guarded by <see cref="NodeTraffic"/>.
/// </summary>
/// <param name="alwaysTaken">A flow with fewer than this is never capped.</param>
internal sealed class FlowParts(float alwaysTaken)
{
    /// <summary>No flow weighs more than a fifth; where there are fewer than six, none more than all the others but one together.</summary>
    private const int SmallestPart = 5;

    /// <summary>One tick's part of a decay over 30 s.</summary>
    private const float DecayPerTick = 1 - (0.1f / 30);

    private const float Faded = 0.5f;

    private readonly float[] _counts = new float[64];
    private double _all;
    private int _active;

    /// <summary>Counts one of the flow, and says whether it may weigh.</summary>
    /// <param name="flow">A hash of the flow.</param>
    /// <param name="weight">How many it stands for.</param>
    public bool Takes(ulong flow, int weight)
    {
        ref var count = ref _counts[flow % 64];
        var part = 1.0 / Math.Clamp(_active - 1, 1, SmallestPart);
        if (count >= alwaysTaken && count > part * _all)
            return false;
        if (count <= Faded)
            _active++;
        count += weight;
        _all += weight;
        return true;
    }

    /// <summary>Lets the counts fade; once a tick.</summary>
    public void Decay()
    {
        _all = 0;
        _active = 0;
        for (var i = 0; i < _counts.Length; i++)
        {
            _counts[i] *= DecayPerTick;
            _all += _counts[i];
            if (_counts[i] > Faded)
                _active++;
        }
    }

    /// <summary>Forgets all.</summary>
    public void Clear()
    {
        Array.Clear(_counts);
        _all = 0;
        _active = 0;
    }
}
