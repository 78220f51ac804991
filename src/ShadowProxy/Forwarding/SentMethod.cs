using System.Collections.Concurrent;

namespace ShadowProxy.Forwarding;

/// <summary>
/// The mark that a request may have begun to be sent: its method, replaced by an equal one of this type. SocketsHttpHandler asks
/// <see cref="SocketsHttpHandler.RequestHeaderEncodingSelector"/> about each header while it writes the request to a connection that stands,
/// and never before; so a request whose every connect failed is known from one that was sent on a pooled connection, broke, was sent again by
/// the handler itself, and only then found nobody to connect to (dotnet/runtime#86714). Equal in value, the method changes nothing else.
/// </summary>
/// <remarks>
/// The handler sends what has no body up to four times while the node closes one connection after the other. Once more is right, since the node
/// may have closed the connection because it was idle; here the mark stops what goes on.
/// </remarks>
internal sealed class SentMethod : HttpMethod
{
    /// <summary>First headers that are remembered, so that their marks need not be made anew.</summary>
    private const int MostKept = 64;

    private static readonly ConcurrentDictionary<string, SentMethod> Gets = new();
    private static readonly ConcurrentDictionary<string, SentMethod> Posts = new();

    private static int _kept;

    private readonly HttpMethod _plain;
    private readonly string _firstHeader;
    private readonly bool _isAgain;

    private SentMethod(HttpMethod plain, string firstHeader, bool isAgain = false)
        : base(plain.Method) => (_plain, _firstHeader, _isAgain) = (plain, firstHeader, isAgain);

    /// <summary>Makes a client mark what it sends.</summary>
    public static void Install(SocketsHttpHandler handler)
    {
        var before = handler.RequestHeaderEncodingSelector;
        handler.RequestHeaderEncodingSelector = (name, request) =>
        {
            Mark(name, request);
            return before?.Invoke(name, request);
        };
    }

    /// <summary>The method without the mark.</summary>
    public static HttpMethod Unmarked(HttpMethod method) => method is SentMethod sent ? sent._plain : method;

    private static void Mark(string header, HttpRequestMessage request)
    {
        if (request.Method is not SentMethod sent)
            request.Method = First(request.Method, header);
        else if (header == sent._firstHeader)
            request.Method = sent._isAgain ? throw TwiceInVain() : new SentMethod(sent._plain, header, isAgain: true);
    }

    private static SentMethod First(HttpMethod method, string header)
    {
        var kept = ReferenceEquals(method, Get) ? Gets : ReferenceEquals(method, Post) ? Posts : null;
        if (kept is null)
            return new SentMethod(method, header);
        if (!kept.TryGetValue(header, out var sent))
        {
            sent = new SentMethod(method, header);
            if (Volatile.Read(ref _kept) < MostKept && kept.TryAdd(header, sent))
                Interlocked.Increment(ref _kept);
        }

        return sent;
    }

    private static HttpRequestException TwiceInVain() =>
        new(HttpRequestError.ResponseEnded, "The node closed two connections without an answer to this request.");
}
