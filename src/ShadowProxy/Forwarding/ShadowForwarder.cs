using Microsoft.AspNetCore.Http;
using ShadowProxy.Telemetry;
using Yarp.ReverseProxy.Forwarder;

namespace ShadowProxy.Forwarding;

/// <summary>
/// Stands before YARP's forwarder: an attempt begins here, when its node is known whoever chose it, and the route's transformer gets ours
/// around it. Requests that did not come through <see cref="ShadowingMiddleware"/> pass untouched. Thread-safe.
/// </summary>
internal sealed class ShadowForwarder(IHttpForwarder inner, TimeProvider time) : IHttpForwarder
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
        if (context.Features.Get<IShadowingFeature>() is not FlowContext flow || Begin(context, flow) is false)
            return inner.SendAsync(context, destinationPrefix, httpClient, requestConfig, transformer, cancellationToken);
        if (!flow.IsIdempotent && !flow.HasBody && !HttpMethods.IsConnect(context.Request.Method))
            httpClient = new NonRepeatingInvoker(httpClient, flow);
        return inner.SendAsync(context, destinationPrefix, httpClient, requestConfig, flow.Binding.Wrap(transformer), cancellationToken);
    }

    private bool Begin(HttpContext context, FlowContext flow)
    {
        var node = flow.Node;
        var destination = context.GetReverseProxyFeature().ProxiedDestination;
        if (node is null || !ReferenceEquals(node.Destination, destination))
            node = Array.Find(flow.Binding.Cluster.Nodes, n => ReferenceEquals(n.Destination, destination));
        if (node is null)
            return false;
        flow.Begin(node, time.GetTimestamp());
        return true;
    }
}
