namespace ShadowProxy.Migration;

/// <summary>What follows from a reason, and how logs, metrics and the API spell it.</summary>
internal static class MigrationReasonExtensions
{
    /// <summary>The reason in kebab-case: <c>flow-issue</c>.</summary>
    public static string ToTag(this MigrationReason reason) => reason switch
    {
        MigrationReason.Predicted => "predicted",
        MigrationReason.Degraded => "degraded",
        MigrationReason.Failed => "failed",
        MigrationReason.FlowIssue => "flow-issue",
        MigrationReason.Drained => "drained",
        MigrationReason.Operator => "operator",
        MigrationReason.FailedBack => "failed-back",
        _ => "none",
    };

    /// <summary>Whether the node that flows leave for it still serves them: they go only where there is room.</summary>
    public static bool IsSoft(this MigrationReason reason) => reason is MigrationReason.Predicted or MigrationReason.Degraded;
}
