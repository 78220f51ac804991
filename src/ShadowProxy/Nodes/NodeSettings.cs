using System.Globalization;

namespace ShadowProxy.Nodes;

/// <summary>What a destination's metadata says of a node.</summary>
/// <param name="Weight">Relative share of new flows, over 0.</param>
/// <param name="MaxConcurrentRequests">Requests that it serves at once; null where not given.</param>
/// <param name="Place">Where it stands.</param>
/// <param name="Layer">Layers between the proxy and it, see <see cref="Place.LayerTo"/>.</param>
internal sealed record NodeSettings(double Weight, int? MaxConcurrentRequests, Place Place, int Layer)
{
    /// <summary>A node without metadata.</summary>
    public static NodeSettings Default { get; } = new(1, null, default, 0);

    /// <summary>Reads the metadata keys <c>Weight</c>, <c>MaxConcurrentRequests</c>, <c>Host</c>, <c>Zone</c>, <c>Region</c>; what the validator would refuse counts as not given.</summary>
    public static NodeSettings Read(IReadOnlyDictionary<string, string>? metadata, Place proxy)
    {
        if (metadata is null or { Count: 0 })
            return Default;
        var weight = double.TryParse(metadata.GetValueOrDefault("Weight"), CultureInfo.InvariantCulture, out var w) && w > 0 && double.IsFinite(w) ? w : 1;
        int? most = int.TryParse(metadata.GetValueOrDefault("MaxConcurrentRequests"), CultureInfo.InvariantCulture, out var m) && m > 0 ? m : null;
        var place = new Place(metadata.GetValueOrDefault("Host"), metadata.GetValueOrDefault("Zone"), metadata.GetValueOrDefault("Region"));
        return new NodeSettings(weight, most, place, proxy.LayerTo(place));
    }
}
