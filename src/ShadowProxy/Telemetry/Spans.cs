using System.Diagnostics;

namespace ShadowProxy.Telemetry;

/// <summary>The source of all spans of ShadowProxy.</summary>
internal static class Spans
{
    /// <summary>The source's name.</summary>
    public const string SourceName = "ShadowProxy";

    /// <summary>The source.</summary>
    public static ActivitySource Source { get; } = new(SourceName);
}
