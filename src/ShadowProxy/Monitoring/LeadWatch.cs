using ShadowProxy.Migration;

namespace ShadowProxy.Monitoring;

/// <summary>How far an evacuation on a forecast was ahead of what it forecast.</summary>
/// <param name="Seconds">From its beginning to the node's first symptom, or to the node's recovery without one.</param>
/// <param name="SymptomCame">Whether users were, or would have been, served badly: harm was seen, or the node died.</param>
internal readonly record struct Lead(double Seconds, bool SymptomCame);

/// <summary>Waits, from the beginning of a node's evacuation on a forecast, for the node's first symptom. The monitor's thread alone uses it.</summary>
internal sealed class LeadWatch
{
    private double _beganAt = double.NaN;

    /// <summary>Takes in a tick.</summary>
    /// <param name="change">What changed of the node's state; null where nothing did.</param>
    /// <param name="state">The node's state.</param>
    /// <param name="verdict">What speaks against it.</param>
    /// <param name="time">The tick.</param>
    /// <returns>The lead, once it is known.</returns>
    public Lead? Step(StateChange? change, NodeState state, in Verdict verdict, in TickTime time)
    {
        if (double.IsNaN(_beganAt) && change is { To: NodeState.Evacuating, Reason: MigrationReason.Predicted })
            _beganAt = time.Seconds;
        if (double.IsNaN(_beganAt))
            return null;
        // What a stalled proxy sees is its own trouble.
        var symptom = !time.IsStalled && (verdict.Harm is not null || verdict.Dead is not null);
        if (!symptom && state != NodeState.Healthy)
            return null;
        var lead = new Lead(time.Seconds - _beganAt, symptom);
        _beganAt = double.NaN;
        return lead;
    }
}
