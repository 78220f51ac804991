namespace ShadowProxy.Configuration;

/// <summary>The <c>Shadowing</c> section: what ShadowProxy adds to a YARP configuration. Every key is optional.</summary>
public sealed class ShadowingOptions
{
    /// <summary>Where this proxy stands; nearer nodes are preferred.</summary>
    /// <value>Default: unknown, so that all nodes are equally near.</value>
    public PlaceOptions Place { get; set; } = new();

    /// <summary>The secret that keys all signatures, so that clients cannot steer collisions or placement.</summary>
    /// <value>Text of 16 characters or more. Default: generated, and kept in <see cref="StateDirectory"/> where there is one.</value>
    [Secret]
    public string? SignatureKey { get; set; }

    /// <summary>A file whose content is the <see cref="SignatureKey"/>, for mounted secrets.</summary>
    public string? SignatureKeyFile { get; set; }

    /// <summary>A directory for what is to outlive a restart.</summary>
    /// <value>Default: none; state is held in memory only, and this is said at start.</value>
    public string? StateDirectory { get; set; }

    /// <summary>How many flows the tables hold.</summary>
    /// <value>1,000 to 100,000,000. Default: 1,000,000.</value>
    [Count(1_000, 100_000_000)]
    public int Capacity { get; set; } = 1_000_000;

    /// <summary>The operators' listener.</summary>
    public AdminOptions Admin { get; set; } = new();

    /// <summary>What holds for clusters and routes that do not say otherwise.</summary>
    public DefaultsOptions Defaults { get; set; } = new();

    /// <summary>Settings by cluster id.</summary>
    public Dictionary<string, ClusterOptions> Clusters { get; set; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Settings by route id.</summary>
    public Dictionary<string, RouteOptions> Routes { get; set; } = new(StringComparer.OrdinalIgnoreCase);
}
