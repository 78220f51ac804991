namespace ShadowProxy.Configuration;

/// <summary>What a cluster may set. A key left out takes its value from <see cref="ShadowingOptions.Defaults"/>.</summary>
public class ClusterOptions
{
    /// <summary>Whether flows are moved.</summary>
    /// <value>Default: <see cref="ShadowingMode.Active"/>.</value>
    public ShadowingMode? Mode { get; set; }

    /// <summary>How little evidence suffices to move flows.</summary>
    /// <value>Default: <see cref="Configuration.Sensitivity.Normal"/>.</value>
    public Sensitivity? Sensitivity { get; set; }

    /// <summary>How flows return to the node they came from once it is well again.</summary>
    /// <value>Default: <see cref="FailbackMode.Never"/>.</value>
    public FailbackMode? Failback { get; set; }

    /// <summary>How this proxy asks the cluster's nodes whether they live.</summary>
    public ProbeOptions? Probe { get; set; }

    /// <summary>What else tells this proxy how the cluster's nodes are.</summary>
    /// <value>Default: none; load reports in answers and those handed in are always read.</value>
    public SourcesOptions? Sources { get; set; }
}

/// <summary>Whether flows are moved.</summary>
public enum ShadowingMode
{
    /// <summary>Flows are placed, watched and moved.</summary>
    Active,

    /// <summary>Decides, logs and counts what it would move, and leaves every route to YARP.</summary>
    Observe,

    /// <summary>The cluster is left to YARP altogether.</summary>
    Off,
}

/// <summary>How little evidence suffices to move flows.</summary>
public enum Sensitivity
{
    /// <summary>Half as sensitive as <see cref="Normal"/>: deviations must be twice as large.</summary>
    Low,

    /// <summary>The thresholds as documented.</summary>
    Normal,

    /// <summary>Deviations two thirds as large suffice.</summary>
    High,
}

/// <summary>How flows return home.</summary>
public enum FailbackMode
{
    /// <summary>They stay where they are until they end.</summary>
    Never,

    /// <summary>A flow returns after a pause of 30 s or more between two of its requests.</summary>
    WhenIdle,

    /// <summary>Flows return as the node's admitted share rises.</summary>
    Ramp,
}
