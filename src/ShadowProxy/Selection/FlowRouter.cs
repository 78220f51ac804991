using ShadowProxy.Configuration;
using ShadowProxy.Migration;
using ShadowProxy.Nodes;
using ShadowProxy.Signatures;
using ShadowProxy.Tables;
using ShadowProxy.Telemetry;

namespace ShadowProxy.Selection;

/// <summary>
/// Says where a request of a flow goes: to the flow's primary while that node admits it, to its best shadow when not, and for a new flow
/// to its computed place. Thread-safe; waits for nothing but the lock of one stripe.
/// </summary>
internal sealed class FlowRouter(
    FlowTables tables, NodeRegistry nodes, RedirectionEngine engine, FailbackRule failback, TwoChoices twoChoices, ReplicaAgreement replicas,
    ShadowingEvents events)
{
    /// <summary>Retention of flows that only their connection identifies: it never comes back.</summary>
    private static readonly uint ConnectionRetention = FlowClock.Ticks(TimeSpan.FromMinutes(1));

    /// <summary>Chooses the node of a request.</summary>
    /// <param name="signature">The flow.</param>
    /// <param name="cluster">Its cluster.</param>
    /// <param name="route">Its route's settings.</param>
    /// <param name="byConnection">True where nothing but the connection identifies the flow.</param>
    /// <param name="affinity">What the client says of where the flow is, to be followed and answered; null where its cluster has no affinity.</param>
    public FlowChoice Choose(
        in Signature signature, ShadowCluster cluster, RouteSettings route, bool byConnection, FlowAffinity? affinity = null)
    {
        FlowMove? move = null;
        FlowChoice choice;
        var becameHot = false;
        var flow = tables.Flows.Open(signature);
        try
        {
            flow.CountLookup();
            var told = affinity is null ? null : replicas.Follow(flow, signature, cluster, affinity);
            choice = flow.Exists
                ? Continue(ref flow, signature, cluster, route, told, ref move, ref becameHot)
                : Begin(ref flow, signature, cluster, route, byConnection, told, ref move);
            if (affinity is not null)
                replicas.Settle(signature, choice, affinity);
        }
        finally
        {
            flow.Dispose();
        }

        if (becameHot)
            events.FlowBecameHot(cluster, signature);
        if (move is { } moved)
            events.FlowMigrated(moved);
        return choice;
    }

    /// <summary>The next node for a request that the nodes tried could not serve; null where all within the range have been tried.</summary>
    public Node? ChooseNext(in Signature signature, ShadowCluster cluster, ReadOnlySpan<Node> tried, RetryRange within = RetryRange.Any)
    {
        if (within != RetryRange.Any)
            tried = (Node[])[.. tried, .. cluster.Nodes.Where(node => node.Settings.Layer > (int)within)];
        return engine.FindShadow(signature, cluster, tried) ?? RedirectionEngine.FindLastResort(signature, cluster, tried);
    }

    private FlowChoice Continue(
        ref FlowAccess<FlowEntry> flow, in Signature signature, ShadowCluster cluster, RouteSettings route, Node? told, ref FlowMove? move,
        ref bool becameHot)
    {
        ref var entry = ref flow.Entry;
        FlowRate.Count(ref entry, flow.LastSeen, flow.Now);
        var idleFor = flow.Now - flow.LastSeen;
        flow.Touch(Math.Min(entry.Limit, flow.Now + route.IdleTicks));
        if (entry.Action == FlowAction.Reject)
            return new FlowChoice(null, Rejected: true);

        becameHot = FlowRate.Heat(ref entry, cluster);
        if (entry.Has(FlowFlags.Hot | FlowFlags.Shared) && !entry.Has(FlowFlags.Pinned) && twoChoices.Pick(cluster.Nodes) is { } spread)
            return new FlowChoice(spread, Spread: true);

        var primary = nodes.Resolve(entry.Primary);
        if (primary is not null && entry.Has(FlowFlags.Pinned))
            return new FlowChoice(primary);
        if (told is not null && told != primary)
        {
            // The replica that decided it has told of it.
            engine.Move(signature, ref entry, cluster, told, MigrationReason.None, flow.Now);
            return new FlowChoice(told);
        }

        var (to, reason) = Reconsider(ref entry, signature, cluster, primary, idleFor, flow.Now);
        if (to is null || to == primary)
            return new FlowChoice(primary);
        move = engine.Move(signature, ref entry, cluster, to, reason, flow.Now);
        return new FlowChoice(to, reason);
    }

    private (Node? To, MigrationReason Reason) Reconsider(
        ref FlowEntry entry, in Signature signature, ShadowCluster cluster, Node? primary, uint idleFor, uint now)
    {
        if (primary is null)
            return (engine.FindShadow(signature, cluster, []) ?? RedirectionEngine.FindLastResort(signature, cluster, []), MigrationReason.Drained);

        var health = primary.Health;
        if (!Rendezvous.Admits(signature, primary, health.AdmittedShare))
        {
            var shadow = engine.FindShadow(signature, cluster, [primary], mayStay: health.Reason.IsSoft());
            if (shadow is null && health.IsDead)
                shadow = RedirectionEngine.FindLastResort(signature, cluster, []);
            return (shadow, health.Reason);
        }

        if ((entry.Flags & (FlowFlags.Troubled | FlowFlags.TroubledEverywhere | FlowFlags.Away)) == 0)
            return (primary, MigrationReason.None);
        if (entry.Has(FlowFlags.Troubled))
            return (engine.FindShadow(signature, cluster, [primary], mayStay: true), MigrationReason.FlowIssue);
        if (entry.Has(FlowFlags.TroubledEverywhere))
        {
            if (failback.FindHome(signature, ref entry) is { } home && home != primary)
                return (home, MigrationReason.FlowIssue);
            RedirectionEngine.Mute(ref entry, now);
            return (primary, MigrationReason.None);
        }

        return (failback.Decide(signature, ref entry, cluster, idleFor, now), MigrationReason.FailedBack);
    }

    private FlowChoice Begin(
        ref FlowAccess<FlowEntry> flow, in Signature signature, ShadowCluster cluster, RouteSettings route, bool byConnection, Node? told,
        ref FlowMove? move)
    {
        var shadow = tables.Shadows.Open(signature);
        try
        {
            shadow.CountLookup();
            var known = shadow.Exists ? shadow.Entry : default;
            var last = nodes.Resolve(known.LastPrimary);
            var node = told
                ?? Returning(signature, known, last)
                ?? FirstPlacement.Find(signature, cluster.Nodes, tables.Clock.Seconds)
                ?? RedirectionEngine.FindLastResort(signature, cluster, []);
            if (node is null)
                return new FlowChoice(null);

            var entry = NewEntry(node, route, byConnection, flow.Now);
            entry.Requests = 1;
            entry.Action = known.Action;
            entry.Set(FlowFlags.Shared, known.Begotten > 1);
            if (!flow.Add(entry, Math.Min(entry.Limit, flow.Now + route.IdleTicks)))
            {
                tables.CountRefused();
                return new FlowChoice(told ?? FirstPlacement.Find(signature, cluster.Nodes, 0, bounded: false) ?? node, Spread: byConnection);
            }

            node.AddFlow(1);
            Hold(ref shadow, signature, cluster, node);
            flow.Entry.Set(FlowFlags.Away, shadow.Exists && shadow.Entry.Home != node.Ref);
            if (last is not null && last != node && told is null)
                move = new FlowMove(signature, cluster, last, node, last.Health.Reason);
            return entry.Action == FlowAction.Reject
                ? new FlowChoice(null, Rejected: true)
                : new FlowChoice(node, move?.Reason ?? MigrationReason.None, Spread: entry.Has(FlowFlags.Shared));
        }
        finally
        {
            shadow.Dispose();
        }
    }

    /// <summary>
    /// Starts the flow that a response began by setting a cookie, on the node that set it; it takes over its predecessor's statistics. A
    /// signature that is known already is left alone.
    /// </summary>
    /// <param name="learned">The signature that the next request will have.</param>
    /// <param name="predecessor">The signature of the request that was answered.</param>
    /// <param name="node">The node that set the cookie.</param>
    /// <param name="cluster">Its cluster.</param>
    /// <param name="route">The route's settings.</param>
    /// <param name="byConnection">True where nothing but the connection identified the predecessor.</param>
    /// <returns>True where the next request will begin that flow.</returns>
    public bool Learn(in Signature learned, in Signature predecessor, Node node, ShadowCluster cluster, RouteSettings route, bool byConnection)
    {
        if (learned == predecessor || IsKnown(learned))
            return false;
        var before = HandOver(predecessor, byConnection);
        using var flow = tables.Flows.Open(learned);
        var access = flow;
        if (access.Exists)
            return false;
        var entry = NewEntry(node, route, byConnection: false, access.Now);
        entry.Requests = Math.Max(1, before.Requests);
        entry.LatencyMs = before.LatencyMs;
        entry.Errors = before.Errors;
        if (!access.Add(entry, Math.Min(entry.Limit, access.Now + route.IdleTicks)))
        {
            tables.CountRefused();
            return true;
        }

        node.AddFlow(1);
        using var shadow = tables.Shadows.Open(learned);
        var shadowAccess = shadow;
        Hold(ref shadowAccess, learned, cluster, node);
        return true;
    }

    private bool IsKnown(in Signature signature)
    {
        using (var flow = tables.Flows.Open(signature))
        {
            if (flow.Exists)
                return true;
        }

        using var shadow = tables.Shadows.Open(signature);
        return shadow.Exists;
    }

    /// <summary>
    /// Ends the predecessor, whose statistics go to the flow that it became. A connection that has begotten a second session carries many
    /// users: it stays, and what still comes without a cookie is spread.
    /// </summary>
    private FlowEntry HandOver(in Signature predecessor, bool byConnection)
    {
        using var flow = tables.Flows.Open(predecessor);
        var access = flow;
        if (!access.Exists)
            return default;
        var before = access.Entry;
        if (byConnection && CountBegotten(predecessor) > 1)
        {
            access.Entry.Set(FlowFlags.Shared, true);
            // Its requests were those of many: whoever is given one session after the other must not fill the tables with flows of renown.
            before.Requests = 1;
        }
        else
        {
            access.Remove();
        }

        return before;
    }

    private int CountBegotten(in Signature predecessor)
    {
        using var shadow = tables.Shadows.Open(predecessor);
        if (!shadow.Exists)
            return 0;
        ref var entry = ref shadow.Entry;
        entry.Begotten = (byte)Math.Min(byte.MaxValue, entry.Begotten + 1);
        return entry.Begotten;
    }

    private Node? Returning(in Signature signature, in ShadowEntry known, Node? last)
    {
        if (last is not null && Rendezvous.Admits(signature, last, last.Health.AdmittedShare))
            return last;
        return nodes.Resolve(known.Home) is { } home && Rendezvous.Admits(signature, home, home.Health.AdmittedShare) ? home : null;
    }

    private void Hold(ref FlowAccess<ShadowEntry> shadow, in Signature signature, ShadowCluster cluster, Node primary)
    {
        var list = ShadowRanking.Rank(signature, cluster.Nodes, primary);
        if (!shadow.Exists)
        {
            shadow.Add(new ShadowEntry { Home = primary.Ref, Shadows = list, IsHeld = true }, FlowClock.Never);
            return;
        }

        ref var entry = ref shadow.Entry;
        entry.Shadows = list;
        entry.IsHeld = true;
        if (entry.LastPrimary != primary.Ref)
            entry.Moves++;
        if (nodes.Resolve(entry.Home) is null)
            entry.Home = primary.Ref;
        shadow.Touch(FlowClock.Never);
    }

    private static FlowEntry NewEntry(Node node, RouteSettings route, bool byConnection, uint now) => new()
    {
        Primary = node.Ref,
        PrimarySince = now,
        Limit = route.LifetimeTicks == FlowClock.Never ? FlowClock.Never : now + route.LifetimeTicks,
        Retention = byConnection ? Math.Min(ConnectionRetention, route.RetentionTicks) : route.RetentionTicks,
    };
}
