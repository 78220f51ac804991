using System.Collections.Concurrent;
using System.Net;

namespace ShadowProxy.Tests.Forwarding.InProcess;

/// <summary>
/// Nodes that answer a request's first attempt mostly late or never, and its second one mostly at once; both break at times, in all ways.
/// What of an answer is open, or waits to be answered, is counted, as connections would be.
/// </summary>
internal sealed class FaultyNodes(int seed) : HttpMessageHandler
{
    private readonly Random _random = new(seed);
    private readonly ConcurrentDictionary<string, bool> _asked = [];
    private int _open;

    /// <summary>Attempts that wait for their answer, and answers that nobody has let go of.</summary>
    public int Open => Volatile.Read(ref _open);

    /// <summary>False: everything is answered at once.</summary>
    public bool AreFaulty { get; set; }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var isFirst = _asked.TryAdd(request.Headers.NonValidated["Authorization"].ToString(), true);
        Interlocked.Increment(ref _open);
        try
        {
            if (request.Content is { } content)
                await content.CopyToAsync(Stream.Null, cancellationToken);
            var fault = AreFaulty ? Draw(1000) : 1000;
            var delay = TimeSpan.FromMilliseconds(10 + Draw(50));
            // By its first attempt most: what is late there goes elsewhere.
            if (isFirst ? fault < 700 : fault < 20)
                await Task.Delay(Timeout.Infinite, cancellationToken);
            if (isFirst ? fault < 900 : fault < 150)
                await Task.Delay(delay, cancellationToken);
            return (fault % 10) switch
            {
                0 when AreFaulty => throw new HttpRequestException(HttpRequestError.ResponseEnded),
                1 when AreFaulty => Answer(HttpStatusCode.ServiceUnavailable, breaks: false),
                2 when AreFaulty => Answer(HttpStatusCode.OK, breaks: true),
                _ => Answer(HttpStatusCode.OK, breaks: false),
            };
        }
        catch
        {
            Interlocked.Decrement(ref _open);
            throw;
        }
    }

    private HttpResponseMessage Answer(HttpStatusCode status, bool breaks) =>
        new(status) { Content = new StreamContent(new Body(this, breaks)) };

    private int Draw(int below)
    {
        lock (_random)
            return _random.Next(below);
    }

    private sealed class Body(FaultyNodes nodes, bool breaks) : MemoryStream(new byte[100])
    {
        private int _closed;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            breaks && Position > 0 ? throw new IOException("reset") : base.ReadAsync(buffer[..Math.Min(50, buffer.Length)], cancellationToken);

        protected override void Dispose(bool disposing)
        {
            if (Interlocked.Exchange(ref _closed, 1) == 0)
                Interlocked.Decrement(ref nodes._open);
            base.Dispose(disposing);
        }
    }
}
