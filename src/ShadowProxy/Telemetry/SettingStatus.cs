namespace ShadowProxy.Telemetry;

/// <summary>A setting in force, and where it comes from.</summary>
public sealed record SettingStatus
{
    /// <summary>What it is a setting of.</summary>
    public required SettingScope Scope { get; init; }

    /// <summary>The id of the cluster or route; null for the proxy.</summary>
    public string? Id { get; init; }

    /// <summary>Its name, such as <c>Failback</c> or <c>Probe:Interval</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Its value as the configuration would spell it; null where there is none. Of a secret, only that it is set.</summary>
    public string? Value { get; init; }

    /// <summary>Who said so.</summary>
    public required SettingOrigin Origin { get; init; }

    /// <summary>
    /// Where: the file and its line, or the environment variable, where the host knows them, else the configuration path; null where it is built in.
    /// </summary>
    public string? Source { get; init; }
}

/// <summary>What a setting is of.</summary>
public enum SettingScope
{
    /// <summary>The proxy.</summary>
    Proxy,

    /// <summary>A cluster.</summary>
    Cluster,

    /// <summary>A route.</summary>
    Route,
}

/// <summary>Who said what a setting is.</summary>
public enum SettingOrigin
{
    /// <summary>Nobody: it is built in.</summary>
    BuiltIn,

    /// <summary><c>Shadowing:Defaults</c>.</summary>
    Defaults,

    /// <summary>The cluster, the route or the proxy itself.</summary>
    Own,
}
