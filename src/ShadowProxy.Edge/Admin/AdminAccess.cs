using System.Globalization;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Threading.RateLimiting;
using ShadowProxy.Configuration;
using ShadowProxy.Nodes;

namespace ShadowProxy.Edge.Admin;

/// <summary>
/// Who may call what of the operators' listener, save <c>/metrics</c> and <c>/health</c>: by a client certificate where one is asked for, by a key, or by
/// the session that a browser began with a key. Where neither is configured, everybody operates. Thread-safe.
/// </summary>
internal sealed class AdminAccess(AdminOptions options, AdminKeys keys, AdminSessions sessions, NodeRegistry nodes) : IDisposable
{
    private const string Scheme = "Bearer ";

    /// <summary>So many wrong keys in a row from one address are answered as such; then one in five seconds is.</summary>
    private static readonly TokenBucketRateLimiterOptions Guesses = new()
    {
        TokenLimit = 10,
        TokensPerPeriod = 1,
        ReplenishmentPeriod = TimeSpan.FromSeconds(5),
        AutoReplenishment = true,
    };

    private readonly PartitionedRateLimiter<string> _guesses =
        PartitionedRateLimiter.Create<string, string>(address => RateLimitPartition.GetTokenBucketLimiter(address, _ => Guesses));

    private readonly bool _needsCertificate = options.ClientCaFile is not null;

    /// <summary>Whom a request comes from, or why it is refused.</summary>
    /// <param name="context">The request.</param>
    /// <param name="required">What its endpoint asks for.</param>
    public (AdminCaller? Caller, AdminRefusal? Refusal) Recognise(HttpContext context, AdminRole required)
    {
        var address = AddressOf(context);
        if (required == AdminRole.None)
            return (new AdminCaller("anybody", AdminRole.None, address), null);
        var certificate = context.Connection.ClientCertificate;
        var presented = Presented(context.Request);
        if (required == AdminRole.Report && presented is not null && ReportKeyOf(context) is { } reportKey && reportKey.Is(presented))
            return (new AdminCaller("ReportKey", AdminRole.Report, address), null);
        if (_needsCertificate && certificate is null)
            return (null, AdminRefusal.Unauthorized("The call needs a client certificate of the authorities in Shadowing:Admin:ClientCaFile."));
        var name = certificate?.GetNameInfo(X509NameType.SimpleName, forIssuer: false);
        if (keys.AreNone)
            return Allow(new AdminCaller(name ?? "anybody", AdminRole.Operate, address), required);
        if (RoleOf(context, presented) is { } role)
            return Allow(new AdminCaller(name ?? (role == AdminRole.Operate ? nameof(options.Key) : nameof(options.ReadKey)), role, address), required);
        return (null, presented is not null ? Guessed(address)
            : AdminRefusal.Unauthorized("The call needs the header Authorization: Bearer with a key of Shadowing:Admin."));
    }

    /// <summary>Counts a wrong key.</summary>
    public AdminRefusal Guessed(string address)
    {
        using var lease = _guesses.AttemptAcquire(address);
        return lease.IsAcquired
            ? AdminRefusal.Unauthorized("The key is none of Shadowing:Admin.")
            : new AdminRefusal(StatusCodes.Status429TooManyRequests, "Too many wrong keys came from this address.", Guesses.ReplenishmentPeriod);
    }

    /// <summary>Where a request comes from. Whoever has an IPv6 address has 2^64 of them.</summary>
    public static string AddressOf(HttpContext context)
    {
        if (context.Connection.RemoteIpAddress is not { } address)
            return "";
        if (address.IsIPv4MappedToIPv6)
            return address.MapToIPv4().ToString();
        if (address.AddressFamily != System.Net.Sockets.AddressFamily.InterNetworkV6 || IPAddress.IsLoopback(address))
            return address.ToString();
        var bytes = address.GetAddressBytes();
        bytes.AsSpan(8).Clear();
        return string.Create(CultureInfo.InvariantCulture, $"{new IPAddress(bytes)}/64");
    }

    /// <inheritdoc/>
    public void Dispose() => _guesses.Dispose();

    private static (AdminCaller? Caller, AdminRefusal? Refusal) Allow(AdminCaller caller, AdminRole required) => caller.May(required)
        ? (caller, null)
        : (caller, new AdminRefusal(StatusCodes.Status403Forbidden, $"{caller.Name} may look; this needs the key of those who operate."));

    private AdminRole? RoleOf(HttpContext context, string? presented) => presented is not null
        ? keys.RoleOf(presented)
        : context.Request.Cookies[AdminSessions.CookieName(context)] is { } cookie ? sessions.Recognise(cookie) : null;

    private static string? Presented(HttpRequest request) => request.Headers.Authorization is [{ } value, ..] && value.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
        ? value[Scheme.Length..].Trim()
        : request.Headers.Authorization.Count > 0 ? "" : null;

    private HashedSecret? ReportKeyOf(HttpContext context) =>
        context.Request.RouteValues is var values && values["cluster"] is string cluster && values["node"] is string node
            ? nodes.FindNode(cluster, node)?.Settings.ReportKey
            : null;
}

/// <summary>Why a call is refused.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Detail">In words.</param>
/// <param name="RetryAfter">When the next attempt is worth it; null where that is not known.</param>
internal sealed record AdminRefusal(int Status, string Detail, TimeSpan? RetryAfter = null)
{
    /// <summary>Nobody in particular called.</summary>
    public static AdminRefusal Unauthorized(string detail) => new(StatusCodes.Status401Unauthorized, detail);
}
