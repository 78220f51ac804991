using System.Buffers.Text;
using System.Diagnostics;
using System.Text;
using ShadowProxy.Benchmarks.Cost.Loads;
using ShadowProxy.Benchmarks.Cost.Workloads;

namespace ShadowProxy.Benchmarks.Scale.Flood;

/// <summary>Clients that make up a session for each request, at a given rate; or, for comparison, that go through a few sessions.</summary>
/// <param name="site">What is asked.</param>
/// <param name="server">Who is asked.</param>
/// <param name="clients">How many connections.</param>
internal sealed class FloodLoad(Site site, Uri server, int clients)
{
    private const int KnownSessions = 1000;
    private const int SessionDigits = 16;

    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(1);

    private long _made;

    /// <summary>Sessions made up so far.</summary>
    public long Made => Volatile.Read(ref _made);

    /// <summary>Sends requests for a time.</summary>
    /// <param name="anew">True: each under a session of its own.</param>
    /// <param name="rate">How many a second.</param>
    /// <param name="length">How long.</param>
    /// <param name="cancellation">Ends it early.</param>
    /// <returns>How many were answered.</returns>
    public async Task<long> RunAsync(bool anew, double rate, TimeSpan length, CancellationToken cancellation)
    {
        var interval = TimeSpan.FromSeconds(clients / rate);
        var sent = await Task.WhenAll(Enumerable.Range(0, clients).Select(
            client => Task.Run(() => RunClientAsync(client, anew, interval, length, cancellation), cancellation)));
        return sent.Sum();
    }

    private async Task<long> RunClientAsync(int client, bool anew, TimeSpan interval, TimeSpan length, CancellationToken cancellation)
    {
        using var connection = await SocketConnection.OpenAsync(site, server, client, cancellation);
        var head = $"GET {site.Workload.Path} HTTP/1.1\r\nHost: shop.test\r\nUser-Agent: flood\r\nAccept: */*\r\nCookie: sid=";
        var request = Encoding.ASCII.GetBytes($"{head}{new string('0', SessionDigits)}\r\n\r\n");
        var session = request.AsMemory(head.Length, SessionDigits);
        var started = Stopwatch.GetTimestamp();
        for (long sent = 0; ; sent++)
        {
            var due = sent * interval;
            var now = Stopwatch.GetElapsedTime(started);
            if (due >= length || now >= length)
                return sent;
            if (due - now > Shortest)
                await Task.Delay(due - now, cancellation);
            Utf8Formatter.TryFormat(anew ? KnownSessions + Interlocked.Increment(ref _made) : sent % KnownSessions, session.Span, out _, new('X', SessionDigits));
            await connection.ExchangeAsync(request, cancellation);
        }
    }
}
