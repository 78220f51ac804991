using Yarp.ReverseProxy.Forwarder;

namespace ShadowProxy.Forwarding;

/// <summary>
/// Whether something of an attempt may have been sent. By <see cref="SentMethod"/> where the client is ours; where the application made its
/// own, by whether the content was read, and in doubt: yes. Thread-safe.
/// </summary>
internal sealed class SendMark(IForwarderHttpClientFactory clients)
{
    private readonly bool _isMarked = clients is ShadowHttpClientFactory;

    /// <summary>Whether something of the present attempt may have been sent.</summary>
    public bool MayHaveSent(FlowContext flow)
    {
        if (flow.Message is not { } message)
            return false;
        if (_isMarked)
            return message.Method is SentMethod || message.Headers.NonValidated.Count == 0;
        return flow.IsIdempotent || flow.IsContentRead || message.Headers.ExpectContinue == true;
    }
}
