using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Yarp.ReverseProxy.Forwarder;

namespace ShadowProxy.Forwarding;

/// <summary>
/// Makes a response that has not started as it was before an attempt, so that the next attempt finds what the first one found. Headers set
/// by middleware around the proxy are kept.
/// </summary>
internal readonly struct ResponseReset
{
    private readonly KeyValuePair<string, Microsoft.Extensions.Primitives.StringValues>[]? _headers;

    /// <summary>Notes what the response holds now; nothing is allocated where that is nothing.</summary>
    public ResponseReset(HttpResponse response) => _headers = response.Headers.Count == 0 ? null : [.. response.Headers];

    /// <summary>Makes the response so again.</summary>
    public void Apply(HttpContext context)
    {
        var response = context.Response;
        response.Headers.Clear();
        foreach (var (name, value) in _headers ?? [])
            response.Headers[name] = value;
        response.StatusCode = StatusCodes.Status200OK;
        if (context.Features.Get<IHttpResponseFeature>() is { } feature)
            feature.ReasonPhrase = null;
        // Left in place, it would be blamed on the next node.
        context.Features.Set<IForwarderErrorFeature>(null);
    }
}
