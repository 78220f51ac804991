using ShadowProxy.Monitoring;
using ShadowProxy.Nodes;

namespace ShadowProxy.Migration;

/// <summary>
/// What a cluster can bear: soft evidence may take away at most a third of its nodes, and no flow leaves while those that would take it
/// are full. What does not answer at all is not asked about. The monitor's thread alone uses it.
/// </summary>
internal sealed class CapacityGuard
{
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

    /// <summary>Says what each node takes over until the next tick.</summary>
    public void Offer()
    {
        var (isNeeded, anyKnown) = (false, false);
        double rate = 0, weight = 0;
        foreach (var watch in _watches)
        {
            isNeeded |= watch.State.Share < 1 || watch.State.State == NodeState.Evacuating;
            anyKnown |= watch.Room.IsKnown;
            rate += watch.Rate;
            weight += watch.Node.Settings.Weight;
        }

        // What a node on trial takes is for its admitted share to say: without traffic it would show nothing.
        foreach (var watch in _watches)
            watch.Room.Offer(rate * watch.Node.Settings.Weight / weight, isNeeded && watch.State.Share >= 1, anyKnown);
    }

    /// <summary>Whether the cluster can bear that the node goes away on soft evidence.</summary>
    /// <remarks>A node that carries what another gave away is strained by that: were it to go in turn, the next one would follow it.</remarks>
    public bool MayLeave(Node leaving)
    {
        var away = 0;
        var (carriesMore, othersGave) = (false, false);
        double weight = 0, left = 0;
        foreach (var watch in _watches)
        {
            weight += watch.Node.Settings.Weight;
            if (watch.Node == leaving)
            {
                carriesMore = watch.CarriesMore;
                continue;
            }

            left += watch.State.IsDead ? 0 : watch.Node.Settings.Weight * watch.State.Share;
            othersGave |= watch.State.Share < 1;
            if (watch.State.IsSoftlyAway)
                away++;
        }

        var bearable = away < Math.Max(1, _watches.Count / 3) && left >= LeastWeightLeft * weight * (_watches.Count - 1) / _watches.Count && left > 0
            && !(othersGave && carriesMore);
        _refused |= !bearable;
        return bearable;
    }

    /// <summary>Whether any node but one, or any at all, can bear more.</summary>
    public bool HasRoom(Node? leaving) =>
        _watches.Exists(watch => watch.Node != leaving && !watch.State.IsDead && watch.State.Share > 0 && !watch.Room.IsFull);
}
