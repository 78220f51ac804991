using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Timeouts;
using ShadowProxy.Nodes;
using Yarp.ReverseProxy.Forwarder;

namespace ShadowProxy.Forwarding;

/// <summary>
/// Says in <c>Proxy-Status</c> (RFC 9209) that an error is the proxy's own answer, and why; and gives it the status that its cause asks for:
/// 504 where the time ran out, 503 where there was no node to ask or the node was evacuated meanwhile, 502 else.
/// </summary>
internal static class ProxyStatus
{
    private const string Header = "Proxy-Status";
    private const string Proxy = "shadowproxy";
    private const string Unavailable = "destination_unavailable";

    /// <summary>Marks the response, where the proxy made it and it can still be changed.</summary>
    /// <param name="context">The request, after its last attempt.</param>
    /// <param name="flow">The same.</param>
    /// <param name="outcome">How that ended.</param>
    public static void Tell(HttpContext context, FlowContext flow, Outcome outcome)
    {
        var response = context.Response;
        if (response.HasStarted)
            return;
        if (flow.Attempts == 0)
        {
            if (response.StatusCode == StatusCodes.Status503ServiceUnavailable)
                response.Headers[Header] = $"{Proxy}; error={Unavailable}";
            return;
        }

        if (context.Features.Get<IForwarderErrorFeature>() is not { } failure || ErrorType(context, flow, failure, outcome) is not { } error)
            return;
        response.Headers[Header] = $"{Proxy}; error={error}";
        response.StatusCode = error == Unavailable ? StatusCodes.Status503ServiceUnavailable
            : error.EndsWith("timeout", StringComparison.Ordinal) ? StatusCodes.Status504GatewayTimeout
            : StatusCodes.Status502BadGateway;
    }

    /// <summary>The error type (RFC 9209, 2.3); null where the client is the cause.</summary>
    private static string? ErrorType(HttpContext context, FlowContext flow, IForwarderErrorFeature failure, Outcome outcome)
    {
        if (IsTimedOutByRoute(context))
            return "http_response_timeout";
        return outcome switch
        {
            Outcome.ConnectRefused => "connection_refused",
            Outcome.ConnectFailed => failure.Exception is HttpRequestException exception ? ErrorType(exception.HttpRequestError) : "connection_timeout",
            Outcome.TimedOut => "http_response_timeout",
            Outcome.Broken => failure.Exception is HttpRequestException exception ? ErrorType(exception.HttpRequestError) : "connection_terminated",
            Outcome.Abandoned when flow.Drain.IsCancellationRequested && !context.RequestAborted.IsCancellationRequested => Unavailable,
            _ => null,
        };
    }

    private static string ErrorType(HttpRequestError error) => error switch
    {
        HttpRequestError.NameResolutionError => "dns_error",
        HttpRequestError.SecureConnectionError => "tls_protocol_error",
        HttpRequestError.InvalidResponse or HttpRequestError.HttpProtocolError or HttpRequestError.VersionNegotiationError => "http_protocol_error",
        HttpRequestError.ConfigurationLimitExceeded => "http_response_header_size",
        HttpRequestError.ConnectionError => "destination_ip_unroutable",
        _ => "connection_terminated",
    };

    /// <summary>The route's own time-out looks to YARP as if the client had gone.</summary>
    private static bool IsTimedOutByRoute(HttpContext context) =>
        context.Features.Get<IHttpRequestTimeoutFeature>()?.RequestTimeoutToken.IsCancellationRequested == true;
}
