namespace ShadowProxy.Monitoring;

/// <summary>The states as metrics and traces spell them.</summary>
internal static class NodeStateExtensions
{
    /// <summary>The state in lower case: <c>evacuating</c>.</summary>
    public static string ToTag(this NodeState state) => state switch
    {
        NodeState.Suspect => "suspect",
        NodeState.Evacuating => "evacuating",
        NodeState.Evacuated => "evacuated",
        NodeState.Probation => "probation",
        _ => "healthy",
    };
}
