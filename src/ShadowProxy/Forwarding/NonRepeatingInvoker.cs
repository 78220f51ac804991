namespace ShadowProxy.Forwarding;

/// <summary>A cluster's client for requests without a body that must not be sent twice: gives them an <see cref="EmptyContent"/>.</summary>
internal sealed class NonRepeatingInvoker(HttpMessageInvoker inner, FlowContext flow) : HttpMessageInvoker(Unused, disposeHandler: false)
{
    private static readonly HttpMessageHandler Unused = new SocketsHttpHandler();

    /// <inheritdoc/>
    public override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.Content ??= new EmptyContent(flow);
        // With it, the handler would send again in spite of the content.
        request.Headers.ExpectContinue = null;
        return inner.SendAsync(request, cancellationToken);
    }
}
