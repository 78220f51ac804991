namespace ShadowProxy.Migration;

/// <summary>The reasons as logs, metrics and the API spell them.</summary>
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
}
