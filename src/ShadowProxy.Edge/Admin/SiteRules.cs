using System.Net;

namespace ShadowProxy.Edge.Admin;

/// <summary>What a browser on another site's behalf may not do: be rebound to this listener, post to it, or open its WebSocket.</summary>
/// <param name="host">The host in the listener's own URL.</param>
internal sealed class SiteRules(string host)
{
    /// <summary>Why a request is refused; null where it may pass.</summary>
    public (int Status, string Detail)? Refusal(HttpRequest request)
    {
        if (!IsOwnHost(request.Host.Host))
            return (StatusCodes.Status400BadRequest, $"The Host header must name localhost, an address, or {host}.");
        if (IsSafe(request))
            return null;
        if (request.Headers.Origin is [{ } origin, ..] && !origin.Equals($"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase))
            return (StatusCodes.Status403Forbidden, "The Origin header names another site.");
        if (request.Headers["Sec-Fetch-Site"] is [{ } site, ..] && site is not ("same-origin" or "none"))
            return (StatusCodes.Status403Forbidden, "The call comes from another site.");
        // What a form on another site can send without asking first: anything but JSON.
        return request.ContentType is not null && IsApi(request) && !request.HasJsonContentType() && !request.Path.StartsWithSegments(SignIn.Path, StringComparison.OrdinalIgnoreCase)
            ? (StatusCodes.Status415UnsupportedMediaType, "The body must be application/json.")
            : null;
    }

    /// <summary>True under <c>/admin</c>; what else there is belongs to the live page.</summary>
    public static bool IsApi(HttpRequest request) => request.Path.StartsWithSegments("/admin", StringComparison.OrdinalIgnoreCase);

    /// <summary>A literal address cannot be rebound; of names, only one's own are right.</summary>
    private bool IsOwnHost(string named) =>
        named.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || named.Equals(host, StringComparison.OrdinalIgnoreCase)
        || IPAddress.TryParse(named, out _);

    private static bool IsSafe(HttpRequest request) =>
        (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method)) && !request.Headers.Upgrade.Contains("websocket", StringComparer.OrdinalIgnoreCase);
}
