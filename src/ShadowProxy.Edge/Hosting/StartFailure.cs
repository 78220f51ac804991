using System.Security.Cryptography;
using ShadowProxy.Configuration;
using ShadowProxy.Edge.Configuration;

namespace ShadowProxy.Edge.Hosting;

/// <summary>
/// Why the proxy could not start, in words for whoever started it. What is no fault of theirs has no explanation, and shows as it is.
/// </summary>
internal static class StartFailure
{
    /// <summary>The lines to show; null where the exception is of a kind that nobody foresaw.</summary>
    public static IReadOnlyList<string>? Explain(Exception exception) => exception switch
    {
        EdgeConfigurationException configuration => configuration.Errors,
        ShadowingConfigurationException shadowing => [.. shadowing.Errors.Select(error => error.ToString())],
        IOException or System.Net.Sockets.SocketException or UnauthorizedAccessException => [$"shadowproxy cannot start: {exception.Message}"],
        CryptographicException or InvalidOperationException { Source: "Microsoft.AspNetCore.Server.Kestrel.Core" } =>
            [$"shadowproxy cannot start: {exception.Message}"],
        _ => null,
    };
}
