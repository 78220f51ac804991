using ShadowProxy.Configuration;

namespace ShadowProxy.Nodes;

/// <summary>What the configuration says of a node.</summary>
/// <param name="Weight">Relative share of new flows, over 0.</param>
/// <param name="MaxConcurrentRequests">Requests that it serves at once; null where not given.</param>
/// <param name="Place">Where it stands.</param>
/// <param name="Layer">Layers between the proxy and it, see <see cref="Place.LayerTo"/>.</param>
/// <param name="AgentPort">Where its agent listens; null where not given.</param>
internal sealed record NodeSettings(double Weight, int? MaxConcurrentRequests, Place Place, int Layer, int? AgentPort = null)
{
    /// <inheritdoc cref="DestinationSettings.ReportKey"/>
    public HashedSecret? ReportKey { get; init; }

    /// <summary>Reads a destination's metadata.</summary>
    /// <param name="metadata">The metadata, or null.</param>
    /// <param name="proxy">Where the proxy stands.</param>
    public static NodeSettings Read(IReadOnlyDictionary<string, string>? metadata, Place proxy)
    {
        var said = DestinationSettings.Read(metadata);
        var place = new Place(said.Host, said.Zone, said.Region);
        return new NodeSettings(said.Weight, said.MaxConcurrentRequests, place, proxy.LayerTo(place), said.AgentPort) { ReportKey = said.ReportKey };
    }
}
