namespace ShadowProxy.Lab.Backends;

/// <summary>What a backend and those who run it agree on.</summary>
public static class BackendProtocol
{
    /// <summary>Response header with the backend's name.</summary>
    public const string BackendHeader = "X-Backend";

    /// <summary>Request header with the id of a POST's work.</summary>
    public const string RequestIdHeader = "X-Request-Id";

    /// <summary>Cookie with the session; set by the backend for a request that has none.</summary>
    public const string SessionCookie = "sid";

    /// <summary>Start of the first line of a backend's standard output; its address follows.</summary>
    internal const string ListeningPrefix = "listening ";

    /// <summary>Start of a line of standard output for each POST executed; its id follows.</summary>
    internal const string WorkPrefix = "work ";

    /// <summary>An id that stays on its line: 1 to 128 visible characters.</summary>
    internal static bool IsWorkId(string? id) => id is { Length: > 0 and <= 128 } && !id.AsSpan().ContainsAnyExceptInRange('!', '~');
}
