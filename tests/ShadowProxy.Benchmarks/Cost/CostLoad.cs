using System.Diagnostics;
using System.Text;

namespace ShadowProxy.Benchmarks.Cost;

/// <summary>
/// Clients that each send their next request when it is due and the last one is answered: at a given rate, the same for all that are compared;
/// or without pause.
/// </summary>
internal sealed class CostLoad
{
    /// <summary>How many clients there are, each with a connection of its own.</summary>
    public const int Connections = 32;

    /// <summary>How many sessions share a connection, in turn.</summary>
    private const int SessionsPerConnection = 64;

    private readonly Uri _proxy;
    private readonly byte[][][] _requests;

    public CostLoad(Uri proxy)
    {
        _proxy = proxy;
        _requests = [.. Enumerable.Range(0, Connections).Select(connection =>
            Enumerable.Range(0, SessionsPerConnection).Select(session => Request(proxy, $"{connection:x4}{session:x4}")).ToArray())];
    }

    /// <summary>Sends a number of requests; takes at most <paramref name="limit"/>.</summary>
    /// <param name="requests">How many.</param>
    /// <param name="rate">How many a second; infinite: without pause.</param>
    /// <param name="limit">The time after which the load gives up.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task<LoadResult> RunAsync(int requests, double rate, TimeSpan limit, CancellationToken cancellation)
    {
        using var bounded = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        bounded.CancelAfter(limit);
        var started = Stopwatch.GetTimestamp();
        var clients = _requests.Select(variants => Task.Run(() => RunClientAsync(variants, requests / Connections, TimeSpan.FromSeconds(Connections / rate), bounded.Token)));
        var latencies = (await Task.WhenAll(clients)).SelectMany(ticks => ticks).ToArray();
        var elapsed = Stopwatch.GetElapsedTime(started);
        Array.Sort(latencies);
        return new LoadResult(latencies.Length, elapsed, Quantile(latencies, 0.5), Quantile(latencies, 0.99));
    }

    private async Task<long[]> RunClientAsync(byte[][] variants, int requests, TimeSpan interval, CancellationToken cancellation)
    {
        using var connection = new RawHttpConnection();
        await connection.ConnectAsync(_proxy, cancellation);
        var latencies = new long[requests];
        var started = Stopwatch.GetTimestamp();
        for (var i = 0; i < requests; i++)
        {
            var early = (i * interval) - Stopwatch.GetElapsedTime(started);
            if (early > TimeSpan.FromMilliseconds(1))
                await Task.Delay(early, cancellation);
            var sent = Stopwatch.GetTimestamp();
            await connection.ExchangeAsync(variants[i % variants.Length], cancellation);
            latencies[i] = Stopwatch.GetTimestamp() - sent;
        }

        return latencies;
    }

    private static TimeSpan Quantile(long[] sortedTicks, double quantile) =>
        Stopwatch.GetElapsedTime(0, sortedTicks[(int)(quantile * (sortedTicks.Length - 1))]);

    private static byte[] Request(Uri proxy, string session) => Encoding.ASCII.GetBytes(
        $"GET /orders/17?expand=lines HTTP/1.1\r\nHost: {proxy.Authority}\r\nUser-Agent: cost\r\nAccept: */*\r\nCookie: theme=dark; sid={session}\r\n\r\n");
}

/// <summary>What one run of the load saw.</summary>
internal readonly record struct LoadResult(int Requests, TimeSpan Elapsed, TimeSpan P50, TimeSpan P99);
