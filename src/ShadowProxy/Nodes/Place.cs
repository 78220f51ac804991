namespace ShadowProxy.Nodes;

/// <summary>A place in the layers of redundancy. Unknown parts match nothing.</summary>
internal readonly record struct Place(string? Host, string? Zone, string? Region)
{
    /// <summary>The layer of nodes in the proxy's own zone.</summary>
    public const int SameZone = 1;

    /// <summary>The layer of nodes in another region.</summary>
    public const int Elsewhere = 3;

    /// <summary>Layers between two places: 0 same host, 1 same zone, 2 same region, 3 elsewhere; 0 where either says nothing at all.</summary>
    public int LayerTo(Place other)
    {
        if (IsUnknown || other.IsUnknown)
            return 0;
        return Same(Host, other.Host) ? 0 : Same(Zone, other.Zone) ? SameZone : Same(Region, other.Region) ? 2 : Elsewhere;
    }

    private bool IsUnknown => Host is null && Zone is null && Region is null;

    private static bool Same(string? a, string? b) => a is not null && string.Equals(a, b, StringComparison.OrdinalIgnoreCase);
}
