using ShadowProxy.Migration;

namespace ShadowProxy.Monitoring;

/// <summary>For how many ticks in a row something has spoken against a node, and whether that suffices. The monitor's thread alone uses it.</summary>
internal sealed class StandingEvidence
{
    private const int HarmTicks = 3;
    private const int RiskTicks = 10;
    private const int UrgentRiskTicks = 3;
    private const double UrgentSeconds = 3;
    private const int AnomalyTicks = 10;

    private int _harmTicks;
    private int _riskTicks;
    private int _anomalyTicks;

    /// <summary>Whether it has looked unusual, or worse, for long enough to be suspect.</summary>
    public bool IsUnusual => _anomalyTicks >= AnomalyTicks;

    /// <summary>Takes in a tick's verdict.</summary>
    /// <param name="verdict">The verdict.</param>
    /// <param name="isStalled">True where what was measured speaks of no node.</param>
    /// <returns>For what its flows are to leave; none where nothing suffices.</returns>
    public MigrationReason Count(in Verdict verdict, bool isStalled)
    {
        if (isStalled)
        {
            _harmTicks = _riskTicks = _anomalyTicks = 0;
            return MigrationReason.None;
        }

        _harmTicks = verdict.Harm is null ? 0 : _harmTicks + 1;
        _riskTicks = verdict.Risk is null ? 0 : _riskTicks + 1;
        _anomalyTicks = verdict.Anomaly is null && verdict.Harm is null ? 0 : _anomalyTicks + 1;
        if (_harmTicks >= HarmTicks)
            return MigrationReason.Degraded;
        var riskTicks = verdict.Forecast.SecondsToSymptom < UrgentSeconds ? UrgentRiskTicks : RiskTicks;
        return _riskTicks >= riskTicks ? MigrationReason.Predicted : MigrationReason.None;
    }
}
