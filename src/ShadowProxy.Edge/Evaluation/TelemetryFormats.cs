namespace ShadowProxy.Edge.Evaluation;

/// <summary>The formats that <c>shadowproxy evaluate</c> reads.</summary>
internal static class TelemetryFormats
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<ITelemetryFormat> All { get; } = [new SmdFormat()];

    /// <summary>The one of a name; null where there is none.</summary>
    public static ITelemetryFormat? Find(string name) => All.FirstOrDefault(format => format.Name == name);
}
