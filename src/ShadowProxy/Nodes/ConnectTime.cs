namespace ShadowProxy.Nodes;

/// <summary>
/// Which of the places beyond the proxy's zone are nearer, by the shortest connects to them: a place's nodes are near or far together, and
/// only a difference of about two counts. The monitor's thread alone uses it.
/// </summary>
internal static class ConnectTime
{
    /// <summary>Shorter connects do not differ: they stay within a region.</summary>
    private const double NearMs = 2;

    private const int Furthest = 12;

    /// <summary>A class is kept while the time is not further than this beyond its bounds.</summary>
    private const double Slack = 1.25;

    /// <summary>Sets the nodes' <see cref="Node.ConnectClass"/>.</summary>
    public static void Classify(Node[] nodes)
    {
        var shortest = new Dictionary<Place, double>();
        foreach (var node in nodes)
        {
            if (node.Settings.Layer <= Place.SameZone || node.Probes.ConnectMs is not (var milliseconds and >= 0))
                continue;
            var place = PlaceOf(node);
            shortest[place] = Math.Min(milliseconds, shortest.GetValueOrDefault(place, double.PositiveInfinity));
        }

        foreach (var node in nodes)
        {
            if (node.Settings.Layer > Place.SameZone && shortest.TryGetValue(PlaceOf(node), out var milliseconds))
                node.ConnectClass = ClassOf(milliseconds, node.ConnectClass);
        }
    }

    /// <summary>The class of a connect time: 0 below 2 ms, and one more for each doubling.</summary>
    /// <param name="milliseconds">The time.</param>
    /// <param name="before">The class that it had.</param>
    public static int ClassOf(double milliseconds, int before)
    {
        var lower = before == 0 ? 0 : NearMs * (1 << (before - 1)) / Slack;
        var upper = NearMs * (1 << before) * Slack;
        return milliseconds >= lower && milliseconds < upper
            ? before
            : Math.Clamp(1 + (int)Math.Floor(Math.Log2(milliseconds / NearMs)), 0, Furthest);
    }

    /// <summary>What is as near as the node: its zone within the region, all of another region.</summary>
    private static Place PlaceOf(Node node)
    {
        var (layer, place) = (node.Settings.Layer, node.Settings.Place);
        return layer == Place.Elsewhere && place.Region is not null ? new Place(null, null, place.Region) : place;
    }
}
