using Microsoft.AspNetCore.Builder;

namespace ShadowProxy.Benchmarks.Cost.Serving;

/// <summary>
/// How a child talks to the benchmark: its addresses on the first line of stdout; for each line on stdin one line with the bytes that
/// it has allocated; at the end of stdin, which also comes when the benchmark is killed, it ends.
/// </summary>
internal static class ServeProtocol
{
    public static async Task ServeAsync(WebApplication app)
    {
        await app.StartAsync();
        Console.WriteLine(string.Join(' ', app.Urls));
        while (await Console.In.ReadLineAsync() is not null)
            Console.WriteLine(GC.GetTotalAllocatedBytes(precise: true));
        using var soon = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        await app.StopAsync(soon.Token);
        await app.DisposeAsync();
    }
}
