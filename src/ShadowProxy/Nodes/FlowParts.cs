namespace ShadowProxy.Nodes;

/// <summary>
/// Caps the part that one flow has in a node's evidence: a flow whose share of the recent outcomes is over a fifth has the rest left
/// out. Counts by a small table of hashes, so that two flows may share a place and then a cap. Guarded by <see cref="NodeTraffic"/>.
/// </summary>
internal sealed class FlowParts
{
    private const double Cap = 0.2;
    private const float AlwaysTaken = 4;

    /// <summary>One tick's part of a decay over 30 s.</summary>
    private const float DecayPerTick = 1 - (0.1f / 30);

    private readonly float[] _counts = new float[64];

    /// <summary>Counts an outcome of the flow, and says whether it may weigh.</summary>
    /// <param name="flow">A hash of the flow.</param>
    /// <param name="all">Outcomes of all flows in the same time.</param>
    public bool Takes(ulong flow, double all)
    {
        ref var count = ref _counts[flow % 64];
        if (count >= AlwaysTaken && count > Cap * all)
            return false;
        count++;
        return true;
    }

    /// <summary>Lets the counts fade; once a tick.</summary>
    public void Decay()
    {
        for (var i = 0; i < _counts.Length; i++)
            _counts[i] *= DecayPerTick;
    }
}
