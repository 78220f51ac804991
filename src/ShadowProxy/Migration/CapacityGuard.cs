using ShadowProxy.Monitoring;
using ShadowProxy.Nodes;

namespace ShadowProxy.Migration;

/// <summary>
/// What a cluster can bear: soft evidence may take away at most a third of its nodes, and no flow leaves while those that would take it
/// are full. What does not answer at all is not asked about. The monitor's thread alone uses it.
/// </summary>
internal sealed class CapacityGuard
{
    private const double FullFrom = 0.9;
    private const double WellFrom = 0.5;
    private const double LeastWeightLeft = 0.5;

    private List<NodeWatch> _watches = [];
    private bool _refused;

    /// <summary>True where, no node takes flows, or one should have gone at the last tick and the cluster could not bear it: whoever can serve is needed.</summary>
    public bool IsShort { get; private set; }

    /// <summary>Looks at a cluster's nodes, at the beginning of a tick.</summary>
    public void Look(List<NodeWatch> watches)
    {
        _watches = watches;
        IsShort = _refused || !watches.Exists(watch => !watch.State.IsDead && watch.State.Share > 0);
        _refused = false;
    }

    /// <summary>Whether the cluster can bear that the node goes away on soft evidence.</summary>
    public bool MayLeave(Node leaving)
    {
        var away = 0;
        double weight = 0, left = 0;
        foreach (var watch in _watches)
        {
            weight += watch.Node.Settings.Weight;
            if (watch.Node == leaving)
                continue;
            left += watch.State.IsDead ? 0 : watch.Node.Settings.Weight * watch.State.Share;
            if (watch.State.IsSoftlyAway)
                away++;
        }

        var bearable = away < Math.Max(1, _watches.Count / 3) && left >= LeastWeightLeft * weight * (_watches.Count - 1) / _watches.Count && left > 0;
        _refused |= !bearable;
        return bearable;
    }

    /// <summary>Whether the nodes but one, or all of them, can take more: by their limits where given, else by their reports, else by how they do.</summary>
    public bool HasRoom(Node? leaving)
    {
        double limit = 0, inFlight = 0, utilization = 0, score = 0;
        int receivers = 0, limited = 0, reporting = 0;
        foreach (var watch in _watches)
        {
            var node = watch.Node;
            if (node == leaving || watch.State.IsDead || watch.State.Share <= 0)
                continue;
            receivers++;
            score += node.Health.Score;
            if (node.MaxConcurrentRequests is { } most)
            {
                limited++;
                limit += most * watch.State.Share;
                inFlight += node.InFlight;
            }

            var reported = watch.ReportedUtilization;
            if (double.IsNaN(reported))
                continue;
            reporting++;
            utilization += reported;
        }

        if (receivers == 0)
            return false;
        if (limited == receivers)
            return inFlight < FullFrom * limit;
        if (reporting == receivers)
            return utilization / receivers < FullFrom;
        return score / receivers >= WellFrom;
    }
}
