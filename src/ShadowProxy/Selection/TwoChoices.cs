using ShadowProxy.Nodes;

namespace ShadowProxy.Selection;

/// <summary>
/// The less busy of two nodes drawn at random by weight (Mitzenmacher 2001): for signatures that carry too much for one node.
/// Thread-safe.
/// </summary>
internal sealed class TwoChoices(RandomSource random)
{
    /// <summary>A node that takes requests, or null where none does.</summary>
    public Node? Pick(Node[] nodes)
    {
        var total = 0.0;
        foreach (var node in nodes)
            total += Share(node);
        if (total <= 0)
            return null;
        var first = Draw(nodes, total);
        var second = Draw(nodes, total);
        return Load(second) < Load(first) ? second : first;
    }

    private Node Draw(Node[] nodes, double total)
    {
        var left = random.NextDouble() * total;
        var drawn = nodes[0];
        foreach (var node in nodes)
        {
            var share = Share(node);
            if (share <= 0)
                continue;
            drawn = node;
            left -= share;
            if (left < 0)
                break;
        }

        return drawn;
    }

    private static double Share(Node node)
    {
        var health = node.Health;
        return health.IsDead ? 0 : node.Settings.Weight * health.AdmittedShareOfNew;
    }

    private static double Load(Node node) => node.InFlight / node.Settings.Weight;
}
