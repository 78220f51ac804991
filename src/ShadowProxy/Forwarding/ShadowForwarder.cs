using Microsoft.AspNetCore.Http;
using ShadowProxy.Configuration;
using ShadowProxy.Forwarding.Hedging;
using ShadowProxy.Telemetry;
using Yarp.ReverseProxy.Forwarder;

namespace ShadowProxy.Forwarding;

/// <summary>
/// Stands before YARP's forwarder: an attempt begins here, when its node is known whoever chose it, and the route's transformer gets ours
/// around it. Requests that did not come through <see cref="ShadowingMiddleware"/> pass untouched. Thread-safe.
/// </summary>
internal sealed class ShadowForwarder(IHttpForwarder inner, ResponseReader reader, HedgeRule hedges, OutcomeRecorder recorder, TimeProvider time)
    : IHttpForwarder
{
    /// <inheritdoc/>
    public ValueTask<ForwarderError> SendAsync(
        HttpContext context, string destinationPrefix, HttpMessageInvoker httpClient, ForwarderRequestConfig requestConfig, HttpTransformer transformer) =>
        SendAsync(context, destinationPrefix, httpClient, requestConfig, transformer, CancellationToken.None);

    /// <inheritdoc/>
    public ValueTask<ForwarderError> SendAsync(
        HttpContext context, string destinationPrefix, HttpMessageInvoker httpClient, ForwarderRequestConfig requestConfig, HttpTransformer transformer,
        CancellationToken cancellationToken)
    {
        if (context.Features.Get<IShadowingFeature>() is not FlowContext flow || !Begin(flow, context.Request.Method))
            return inner.SendAsync(context, destinationPrefix, httpClient, requestConfig, transformer, cancellationToken);
        if (flow.IsIdempotent)
            httpClient = MayGoTwice(flow) ? new HedgingInvoker(httpClient, flow, hedges, recorder, time) : httpClient;
        else if (!flow.HasBody && !HttpMethods.IsConnect(context.Request.Method))
            httpClient = new NonRepeatingInvoker(httpClient, flow);
        if (!cancellationToken.CanBeCanceled)
            cancellationToken = flow.Drain = DrainToken(flow, context.Request);
        return inner.SendAsync(context, destinationPrefix, httpClient, requestConfig, new ShadowTransformer(transformer, flow, reader), cancellationToken);
    }

    /// <summary>Whether a second node may answer as well: streams are nobody's second.</summary>
    private static bool MayGoTwice(FlowContext flow) =>
        flow is { Binding: { Route.IsReplayed: true, Cluster.Nodes.Length: > 1 }, IsTimed: true, IsObserved: false };

    /// <summary>What ends the request when its node has been evacuated: answers that take their time are let end, what may last has a time-out.</summary>
    private static CancellationToken DrainToken(FlowContext flow, HttpRequest request)
    {
        var route = flow.Binding.Route;
        if (route.InFlight == InFlightMode.Abort && !flow.IsObserved)
            return flow.Node!.Drain.TokenFor(TimeSpan.Zero);
        return flow.IsObserved || (flow.IsTimed && !IsLongUpload(flow, request)) ? CancellationToken.None : flow.Node!.Drain.TokenFor(route.DrainTimeout);
    }

    /// <summary>
    /// Whether the request itself may last, as uploads and gRPC calls do; those that may be repeated leave the node by other ways as long as they
    /// are small enough.
    /// </summary>
    private static bool IsLongUpload(FlowContext flow, HttpRequest request) =>
        flow.HasBody && (request.ContentLength is { } length ? length > flow.Binding.Route.ReplayBodyLimit : !flow.IsIdempotent);

    private bool Begin(FlowContext flow, string method)
    {
        var node = flow.Node;
        var destination = flow.Proxy.ProxiedDestination;
        if (node is null || !ReferenceEquals(node.Destination, destination))
            node = Array.Find(flow.Binding.Cluster.Nodes, n => ReferenceEquals(n.Destination, destination));
        if (node is null)
            return false;
        var now = time.GetTimestamp();
        if (flow.Attempts > 0)
            flow.AddOther(flow.Node!, flow.LastOutcome, time.GetElapsedTime(flow.BeganAt, now));
        flow.Begin(node, now);
        flow.Span = AttemptSpan.Start(flow, method);
        return true;
    }
}
