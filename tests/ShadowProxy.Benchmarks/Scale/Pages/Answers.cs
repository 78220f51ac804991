namespace ShadowProxy.Benchmarks.Scale.Pages;

/// <summary>Waits for servers that are starting.</summary>
internal static class Answers
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>Asks until the answer is as it should be.</summary>
    /// <exception cref="TimeoutException">It never was.</exception>
    public static async Task WaitAsync(HttpClient http, string path, Predicate<string> holds, CancellationToken cancellation)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!await HoldsAsync(http, path, holds, cancellation))
        {
            if (patience.IsCancellationRequested)
                throw new TimeoutException($"{http.BaseAddress}{path} did not answer as it should.");
            await Task.Delay(Pause, cancellation);
        }
    }

    private static async Task<bool> HoldsAsync(HttpClient http, string path, Predicate<string> holds, CancellationToken cancellation)
    {
        try
        {
            return holds(await http.GetStringAsync(path, cancellation));
        }
        catch (HttpRequestException)
        {
            return false; // Not yet.
        }
    }
}
