using System.Collections.Frozen;
using System.Diagnostics;
using System.Globalization;
using ShadowProxy.Forwarding.Hedging;
using ShadowProxy.Nodes;
using ShadowProxy.Telemetry;

namespace ShadowProxy.Forwarding;

/// <summary>
/// A span for each attempt to forward a request, a child of the request's own, with the attributes of an HTTP client span (OpenTelemetry
/// Semantic Conventions 1.40, HTTP spans). Made only where somebody listens. Thread-safe.
/// </summary>
internal static class AttemptSpan
{
    /// <summary>Others are what a client made up, and told as such.</summary>
    private static readonly FrozenSet<string> Methods =
        FrozenSet.Create("GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH");

    /// <summary>The request's present attempt begins.</summary>
    public static Activity? Start(FlowContext flow, string method) =>
        Spans.Source.HasListeners() ? Start(flow, flow.Node!, method, flow.Attempts - 1, flow.Attempts == 1 ? "first" : "retry") : null;

    /// <summary>A second attempt begins beside the present one, on a thread that is not the request's.</summary>
    public static Activity? Start(FlowContext flow, SecondAttempt second)
    {
        // What the client of the node makes of this attempt belongs to the request's trace, whether or not we make a span.
        if (flow.Caller is { } caller)
            Activity.Current = caller;
        return Spans.Source.HasListeners()
            ? Start(flow, second.Node, second.Request.Method.Method, flow.Attempts, second.IsReplay ? "replay" : "hedge")
            : null;
    }

    /// <summary>An attempt ended.</summary>
    /// <param name="span">Its span; null where it has none.</param>
    /// <param name="request">What was sent; null where it did not get so far.</param>
    /// <param name="status">The answer's status; 0 where none came.</param>
    /// <param name="outcome">How it ended.</param>
    public static void End(Activity? span, HttpRequestMessage? request, int status, Outcome outcome)
    {
        if (span is null)
            return;
        if (request?.RequestUri is { } uri)
            span.SetTag("url.full", uri.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped) + (uri.Query.Length > 0 ? "?*" : ""));
        if (status != 0)
            span.SetTag("http.response.status_code", status);
        span.SetTag("shadowproxy.outcome", outcome.ToTag());
        if (status >= 400 || outcome.IsError())
        {
            span.SetTag("error.type", status >= 400 ? status.ToString(CultureInfo.InvariantCulture) : outcome.ToTag());
            span.SetStatus(ActivityStatusCode.Error);
        }

        var current = Activity.Current;
        span.Stop();
        // Ended elsewhere than where it began, it would make its parent the present one here.
        if (current != span)
            Activity.Current = current;
    }

    private static Activity? Start(FlowContext flow, Node node, string method, int resends, string kind)
    {
        var known = Methods.Contains(method);
        if (Spans.Source.StartActivity(known ? method : "HTTP", ActivityKind.Client) is not { } span)
            return null;
        span.SetTag("http.request.method", known ? method : "_OTHER");
        if (Uri.TryCreate(node.Address, UriKind.Absolute, out var address))
        {
            span.SetTag("server.address", address.Host);
            span.SetTag("server.port", address.Port);
        }

        if (resends > 0)
            span.SetTag("http.request.resend_count", resends);
        span.SetTag("shadowproxy.cluster", node.Cluster);
        span.SetTag("shadowproxy.node", node.Id);
        span.SetTag("shadowproxy.route", flow.Binding.RouteId);
        span.SetTag("shadowproxy.attempt", kind);
        return span;
    }
}
