namespace ShadowProxy.Edge.Configuration;

/// <summary>The <c>AccessLog</c> section: one JSON line a request.</summary>
internal sealed class AccessLogOptions
{
    public const string Section = "AccessLog";

    /// <summary>The file that lines are added to; <c>-</c> for standard output.</summary>
    /// <value>Default: none; no access log is written.</value>
    public string? Path { get; set; }
}
