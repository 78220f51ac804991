namespace ShadowProxy.Monitoring;

/// <summary>What the Flow Monitor makes of a node. <c>Healthy → Suspect → Evacuating → Evacuated → Probation → Healthy</c>.</summary>
public enum NodeState
{
    /// <summary>Takes all its flows.</summary>
    Healthy,

    /// <summary>Looks unusual: keeps its flows, takes fewer new ones.</summary>
    Suspect,

    /// <summary>Its flows are leaving: the admitted share falls.</summary>
    Evacuating,

    /// <summary>Takes no flows.</summary>
    Evacuated,

    /// <summary>Back on trial: the admitted share rises in stages.</summary>
    Probation,
}
