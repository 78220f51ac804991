using Microsoft.Extensions.Logging;
using Yarp.ReverseProxy.Forwarder;

namespace ShadowProxy.Forwarding;

/// <summary>
/// YARP's client factory with a shorter time to connect, since a node whose host is gone is to cost a request three seconds, not fifteen; and
/// with the mark of what was sent. Stands in only where the application has not put its own in place.
/// </summary>
internal sealed class ShadowHttpClientFactory(ILogger<ForwarderHttpClientFactory> logger) : ForwarderHttpClientFactory(logger)
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(3);

    /// <inheritdoc/>
    protected override void ConfigureHandler(ForwarderHttpClientContext context, SocketsHttpHandler handler)
    {
        base.ConfigureHandler(context, handler);
        handler.ConnectTimeout = ConnectTimeout;
        SentMethod.Install(handler);
        if (InlineCompletions.IsOn)
            handler.PlaintextStreamFilter ??= static (connection, _) => new ValueTask<Stream>(new YieldingStream(connection.PlaintextStream));
    }
}
