namespace ShadowProxy.FunctionalTests.Infrastructure;

/// <summary>The bound of every wait: long enough for a busy machine, so that reaching it means that what was awaited never happens.</summary>
internal static class Patience
{
    public static TimeSpan Limit { get; } = TimeSpan.FromSeconds(30);

    /// <summary>Awaits what the other side of the proxy is to do.</summary>
    public static Task<T> Soon<T>(this Task<T> task) => task.WaitAsync(Limit);

    /// <inheritdoc cref="Soon{T}(Task{T})"/>
    public static Task Soon(this Task task) => task.WaitAsync(Limit);

    /// <summary>Waits until something holds that the proxy does on its own.</summary>
    public static Task EventuallyAsync(Func<bool> holds) => EventuallyAsync(_ => Task.FromResult(holds()));

    /// <summary>Waits until something holds that has to be asked for.</summary>
    public static async Task EventuallyAsync(Func<CancellationToken, Task<bool>> holds)
    {
        using var giveUp = new CancellationTokenSource(Limit);
        while (!await holds(giveUp.Token))
            await Task.Delay(TimeSpan.FromMilliseconds(10), giveUp.Token);
    }
}
