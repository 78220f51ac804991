using Microsoft.AspNetCore.Http;
using ShadowProxy.Selection;
using ShadowProxy.Signatures;
using ShadowProxy.Telemetry;
using Yarp.ReverseProxy.Configuration;

namespace ShadowProxy.Forwarding;

/// <summary>Reads and sets the cookie by which a client tells each replica of the proxy where its flow is. Thread-safe.</summary>
internal sealed class AffinityCookies(AffinitySeal seal, ShadowingMetrics metrics, TimeProvider time)
{
    /// <summary>What the client's cookie says; null where there is none. One that was not sealed for this cluster is counted, and taken for none.</summary>
    public AffinityCookie? Read(HttpContext context, RouteBinding binding, SessionAffinityConfig config)
    {
        if (context.Request.Cookies[config.AffinityKeyName] is not { Length: > 0 } text)
            return null;
        if (seal.TryRead(binding.Scope, text, out var flow, out var node, out var moves))
            return new AffinityCookie(flow, new FlowLocation(node, moves));
        metrics.AffinityCookieRejected(binding.Cluster.Id);
        return null;
    }

    /// <summary>Sets the cookie, with the attributes that the cluster's configuration asks for; where it asks for none, those of YARP's own cookies.</summary>
    public void Set(HttpContext context, RouteBinding binding, SessionAffinityConfig config, AffinityCookie cookie)
    {
        var wanted = config.Cookie;
        context.Response.Cookies.Append(
            config.AffinityKeyName,
            seal.Write(binding.Scope, cookie.Flow, cookie.Location.Node, cookie.Location.Moves),
            new CookieOptions
            {
                Path = wanted?.Path ?? "/",
                Domain = wanted?.Domain,
                HttpOnly = wanted?.HttpOnly ?? true,
                SameSite = wanted?.SameSite ?? SameSiteMode.Unspecified,
                Secure = wanted?.SecurePolicy == CookieSecurePolicy.Always
                    || (wanted?.SecurePolicy == CookieSecurePolicy.SameAsRequest && context.Request.IsHttps),
                MaxAge = wanted?.MaxAge,
                Expires = wanted?.Expiration is { } lasts ? time.GetUtcNow() + lasts : null,
                IsEssential = wanted?.IsEssential ?? false,
            });
    }
}

/// <summary>What an affinity cookie says.</summary>
/// <param name="Flow">The flow.</param>
/// <param name="Location">Where it is.</param>
internal readonly record struct AffinityCookie(Signature Flow, FlowLocation Location);
