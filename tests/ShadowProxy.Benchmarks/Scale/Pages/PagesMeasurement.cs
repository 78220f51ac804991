using System.Diagnostics;
using ShadowProxy.Benchmarks.Cost.Processes;
using ShadowProxy.Benchmarks.Processes;
using ShadowProxy.Benchmarks.Scale.Reporting;
using ShadowProxy.Lab.Load;

namespace ShadowProxy.Benchmarks.Scale.Pages;

/// <summary>What open live pages cost the proxy: its CPU with none, one and twenty of them, under the same light load.</summary>
/// <param name="time">The clock of the load.</param>
/// <param name="tell">Where progress goes.</param>
internal sealed class PagesMeasurement(TimeProvider time, Action<string> tell)
{
    private const int Seed = 1;

    private static readonly int[] Counts = [0, 1, 20];
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(60);

    /// <summary>Measures; without Chromium there is nothing to measure with.</summary>
    /// <exception cref="InvalidOperationException">Chromium is not installed.</exception>
    public async Task<ScaleSection> RunAsync(CancellationToken cancellation)
    {
        var chromium = Tool.Find("chromium") ?? throw new InvalidOperationException("The part pages needs chromium.");
        await using var proxy = await WatchedProxy.StartAsync(time, cancellation);
        await using var browser = await PageBrowser.StartAsync(chromium, cancellation);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var duration = (Settle + Length + Settle) * Counts.Length;
        using var load = new OpenLoopLoad(proxy.Address, new LoadOptions { Duration = 2 * duration, Seed = Seed }, time);
        var running = load.RunAsync(stop.Token);
        var rows = new List<ScaleRow>();
        var (open, alone) = (0, double.NaN);
        foreach (var count in Counts)
        {
            tell($"pages: {count}");
            for (; open < count; open++)
                await browser.OpenAsync(proxy.Page, cancellation);
            await proxy.ConnectedAsync(count, cancellation);
            await Task.Delay(Settle, time, cancellation);
            var share = await ShareAsync(proxy.RootId, cancellation);
            alone = count == 0 ? share : alone;
            rows.Add(new ScaleRow(
                $"{count} pages", new("proxy, % of a core", share * 100, 1), new("of it the pages', % of a core", (share - alone) * 100, 1)));
        }

        await stop.CancelAsync();
        await running;
        return new ScaleSection("pages", "Open live pages", """
            Four backends, 120 requests a second of 200 sessions, and the live page in tabs of one headless Chromium. The CPU is the proxy's process alone,
            over a minute each, begun 10 s after the last page has connected; what is over that with no page is the pages'.
            """, rows);
    }

    private async Task<double> ShareAsync(int root, CancellationToken cancellation)
    {
        var (cpu, started) = (ProcessTree.CpuOf(root), Stopwatch.GetTimestamp());
        await Task.Delay(Length, time, cancellation);
        return (ProcessTree.CpuOf(root) - cpu) / Stopwatch.GetElapsedTime(started);
    }
}
