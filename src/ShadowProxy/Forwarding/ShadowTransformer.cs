using Microsoft.AspNetCore.Http;
using ShadowProxy.Telemetry;
using Yarp.ReverseProxy.Forwarder;

namespace ShadowProxy.Forwarding;

/// <summary>
/// A route's transformer with ours around it: one pass over the response's headers takes the time, the load report and the cookies, and
/// drops an answer that another node can better. Thread-safe; one for all requests of a route.
/// </summary>
internal sealed class ShadowTransformer(HttpTransformer inner, ResponseReader reader) : HttpTransformer
{
    /// <summary>The route's own transformer.</summary>
    public HttpTransformer Inner => inner;

    /// <inheritdoc/>
    public override ValueTask TransformRequestAsync(
        HttpContext httpContext, HttpRequestMessage proxyRequest, string destinationPrefix, CancellationToken cancellationToken)
    {
        if (httpContext.Features.Get<IShadowingFeature>() is FlowContext flow)
            flow.Message = proxyRequest;
        return inner.TransformRequestAsync(httpContext, proxyRequest, destinationPrefix, cancellationToken);
    }

    /// <inheritdoc/>
    public override ValueTask<bool> TransformResponseAsync(HttpContext httpContext, HttpResponseMessage? proxyResponse, CancellationToken cancellationToken)
    {
        if (proxyResponse is not null && httpContext.Features.Get<IShadowingFeature>() is FlowContext flow && !reader.Read(httpContext, flow, proxyResponse))
            return new ValueTask<bool>(false);
        return inner.TransformResponseAsync(httpContext, proxyResponse, cancellationToken);
    }

    /// <inheritdoc/>
    public override ValueTask TransformResponseTrailersAsync(HttpContext httpContext, HttpResponseMessage proxyResponse, CancellationToken cancellationToken)
    {
        if (httpContext.Features.Get<IShadowingFeature>() is FlowContext { Node: { } node })
            reader.ReadReport(node, proxyResponse.TrailingHeaders);
        return inner.TransformResponseTrailersAsync(httpContext, proxyResponse, cancellationToken);
    }
}
