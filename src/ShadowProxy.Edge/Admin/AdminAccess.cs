using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace ShadowProxy.Edge.Admin;

/// <summary>
/// Who may call <c>/admin</c>. The Host header is checked against DNS rebinding, the Origin against other sites' forms and scripts,
/// and the key, where there is one, in constant time.
/// </summary>
/// <param name="host">The host in the listener's own URL.</param>
/// <param name="key">The key; null where none is asked for.</param>
internal sealed class AdminAccess(string host, string? key)
{
    /// <summary>Under which path it rules.</summary>
    public const string Path = "/admin";

    private const string Scheme = "Bearer ";

    private readonly byte[]? _keyHash = key is null ? null : SHA256.HashData(Encoding.UTF8.GetBytes(key));

    /// <summary>Why a request is refused; null where it may pass.</summary>
    public (int Status, string Detail)? Refusal(HttpRequest request)
    {
        if (!IsOwnHost(request.Host.Host))
            return (StatusCodes.Status400BadRequest, $"The Host header must name localhost, an address, or {host}.");
        if (request.Headers.Origin is [{ } origin, ..] && !HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method)
            && !origin.Equals($"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase))
            return (StatusCodes.Status403Forbidden, "The Origin header names another site.");
        return _keyHash is null || HasKey(request.Headers.Authorization)
            ? null
            : (StatusCodes.Status401Unauthorized, "The call needs the header Authorization: Bearer with the key of Shadowing:Admin.");
    }

    /// <summary>A literal address cannot be rebound; of names, only one's own are right.</summary>
    private bool IsOwnHost(string named) =>
        named.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || named.Equals(host, StringComparison.OrdinalIgnoreCase)
        || IPAddress.TryParse(named, out _);

    private bool HasKey(string? authorization) =>
        authorization?.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) == true
        && CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(authorization[Scheme.Length..].Trim())), _keyHash);
}

/// <summary>Puts <see cref="AdminAccess"/> before all that lies under its path.</summary>
internal static class AdminAccessExtensions
{
    public static void UseAdminAccess(this IApplicationBuilder app, AdminAccess access) => app.Use(async (context, next) =>
    {
        if (!context.Request.Path.StartsWithSegments(AdminAccess.Path, StringComparison.OrdinalIgnoreCase)
            || access.Refusal(context.Request) is not { } refusal)
        {
            await next(context);
            return;
        }
        if (refusal.Status == StatusCodes.Status401Unauthorized)
            context.Response.Headers.WWWAuthenticate = "Bearer";
        await Results.Problem(refusal.Detail, statusCode: refusal.Status).ExecuteAsync(context);
    });
}
