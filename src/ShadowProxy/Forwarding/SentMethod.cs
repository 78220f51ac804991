namespace ShadowProxy.Forwarding;

/// <summary>
/// The mark that a request may have begun to be sent: its method, replaced by an equal one of this type. SocketsHttpHandler asks
/// <see cref="SocketsHttpHandler.RequestHeaderEncodingSelector"/> about each header while it writes the request to a connection that stands,
/// and never before; so a request whose every connect failed is known from one that was sent on a pooled connection, broke, was sent again by
/// the handler itself, and only then found nobody to connect to (dotnet/runtime#86714). Equal in value, the method changes nothing else.
/// </summary>
internal sealed class SentMethod : HttpMethod
{
    private static readonly SentMethod SentGet = new(Get.Method);
    private static readonly SentMethod SentPost = new(Post.Method);

    private SentMethod(string method)
        : base(method)
    {
    }

    /// <summary>Makes a client mark what it sends, once.</summary>
    public static void Install(SocketsHttpHandler handler)
    {
        var before = handler.RequestHeaderEncodingSelector;
        handler.RequestHeaderEncodingSelector = (name, request) =>
        {
            Mark(request);
            return before?.Invoke(name, request);
        };
    }

    private static void Mark(HttpRequestMessage request)
    {
        var method = request.Method;
        if (method is not SentMethod)
            request.Method = ReferenceEquals(method, Get) ? SentGet : ReferenceEquals(method, Post) ? SentPost : new SentMethod(method.Method);
    }
}
