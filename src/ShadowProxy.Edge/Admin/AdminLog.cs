namespace ShadowProxy.Edge.Admin;

/// <summary>The audit log: what was done at the operators' listener, by whom. Never a key, a cookie or a body.</summary>
internal static partial class AdminLog
{
    [LoggerMessage(30, LogLevel.Information, "{Action} {Target} by {Who} ({Role}) from {Address}: {Outcome}", EventName = "shadowproxy.admin.action")]
    public static partial void Action(ILogger logger, string action, string target, string who, AdminRole role, string address, string outcome);
}
