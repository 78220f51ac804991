using System.Net;

namespace ShadowProxy.Forwarding;

/// <summary>
/// The content of a request without one that must not be sent twice. SocketsHttpHandler sends a request without content again when a pooled
/// connection breaks, though the node may have executed it (dotnet/runtime#86714); one whose content was begun it does not.
/// </summary>
internal sealed class EmptyContent(FlowContext flow) : HttpContent
{
    /// <inheritdoc/>
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        flow.IsContentRead = true;
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return true;
    }
}
