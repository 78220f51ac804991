namespace ShadowProxy.Configuration;

/// <summary>A place in the layers of redundancy: host within zone within region.</summary>
public sealed class PlaceOptions
{
    /// <summary>The machine.</summary>
    public string? Host { get; set; }

    /// <summary>The availability zone or data centre.</summary>
    public string? Zone { get; set; }

    /// <summary>The region.</summary>
    public string? Region { get; set; }
}
