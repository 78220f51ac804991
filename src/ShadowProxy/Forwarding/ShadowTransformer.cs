using Microsoft.AspNetCore.Http;
using Yarp.ReverseProxy.Forwarder;

namespace ShadowProxy.Forwarding;

/// <summary>
/// A route's transformer with ours around it, for one attempt: one pass over the response's headers takes the time, the load report and the
/// cookies, and drops an answer that another node can better. An object an attempt costs less than looking up the request's feature in each
/// of its calls.
/// </summary>
internal sealed class ShadowTransformer(HttpTransformer inner, FlowContext flow, ResponseReader reader) : HttpTransformer
{
    /// <inheritdoc/>
    public override ValueTask TransformRequestAsync(
        HttpContext httpContext, HttpRequestMessage proxyRequest, string destinationPrefix, CancellationToken cancellationToken)
    {
        flow.Message = proxyRequest;
        return inner.TransformRequestAsync(httpContext, proxyRequest, destinationPrefix, cancellationToken);
    }

    /// <inheritdoc/>
    public override ValueTask<bool> TransformResponseAsync(HttpContext httpContext, HttpResponseMessage? proxyResponse, CancellationToken cancellationToken) =>
        proxyResponse is null || reader.Read(httpContext, flow, proxyResponse)
            ? inner.TransformResponseAsync(httpContext, proxyResponse, cancellationToken)
            : new ValueTask<bool>(false);

    /// <inheritdoc/>
    public override ValueTask TransformResponseTrailersAsync(HttpContext httpContext, HttpResponseMessage proxyResponse, CancellationToken cancellationToken)
    {
        flow.IsAnswerWhole = true;
        reader.ReadTrailers(flow.Node!, proxyResponse);
        return inner.TransformResponseTrailersAsync(httpContext, proxyResponse, cancellationToken);
    }
}
