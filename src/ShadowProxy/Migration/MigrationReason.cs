namespace ShadowProxy.Migration;

/// <summary>Why a flow moved, or a node is evacuated.</summary>
public enum MigrationReason
{
    /// <summary>No reason: nothing moved.</summary>
    None,

    /// <summary>The node is forecast to fail or degrade.</summary>
    Predicted,

    /// <summary>The node answers slower or worse than it did, and its peers do not.</summary>
    Degraded,

    /// <summary>The node does not answer at all.</summary>
    Failed,

    /// <summary>This flow alone fares badly there.</summary>
    FlowIssue,

    /// <summary>The node announced that it leaves, or left the configuration.</summary>
    Drained,

    /// <summary>An operator asked for it.</summary>
    Operator,

    /// <summary>The flow returned to its home.</summary>
    FailedBack,
}
