using System.Diagnostics;
using ShadowProxy.Benchmarks.Cost.Workloads;

namespace ShadowProxy.Benchmarks.Cost.Loads;

/// <summary>
/// Clients on sockets of their own, HTTP/1.1 or WebSockets, that each send their next request when it is due and the last one is
/// answered. A latency counts from when the request was due if its client was busy then, else from when it was sent: the timer's
/// lateness is not the server's.
/// </summary>
internal sealed class SocketLoad(Site site, Uri server) : ILoad
{
    private const int Connections = 32;

    /// <summary>Timers are no finer than this.</summary>
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(1);

    private readonly byte[][][] _requests = [.. site.Requests.Chunk(Sessions.Count / Connections)];

    public async Task<LoadResult> RunAsync(double rate, TimeSpan length, CancellationToken cancellation)
    {
        var connections = await Task.WhenAll(_requests.Select((_, index) => SocketConnection.OpenAsync(site, server, index, cancellation)));
        try
        {
            using var bounded = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            bounded.CancelAfter(length + TimeSpan.FromSeconds(30));
            var interval = TimeSpan.FromSeconds(Connections / rate);
            var started = Stopwatch.GetTimestamp();
            var clients = connections.Zip(_requests, (connection, requests) => Task.Run(
                () => RunClientAsync(connection, requests, interval, length, bounded.Token)));
            var latencies = (await Task.WhenAll(clients)).SelectMany(client => client).ToArray();
            var elapsed = Stopwatch.GetElapsedTime(started);
            Array.Sort(latencies);
            return new LoadResult(
                latencies.Length, Failed: 0, elapsed, LoadResult.Quantile(latencies, 0.5), LoadResult.Quantile(latencies, 0.99));
        }
        finally
        {
            foreach (var connection in connections)
                connection.Dispose();
        }
    }

    private static async Task<List<TimeSpan>> RunClientAsync(
        SocketConnection connection, byte[][] requests, TimeSpan interval, TimeSpan length, CancellationToken cancellation)
    {
        var latencies = new List<TimeSpan>();
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            var due = latencies.Count * interval;
            var now = Stopwatch.GetElapsedTime(started);
            if (due >= length || now >= length)
                return latencies;
            if (due - now > Shortest)
                await Task.Delay(due - now, cancellation);
            var from = due > now || interval == TimeSpan.Zero ? Stopwatch.GetElapsedTime(started) : due;
            await connection.ExchangeAsync(requests[latencies.Count % requests.Length], cancellation);
            latencies.Add(Stopwatch.GetElapsedTime(started) - from);
        }
    }
}
