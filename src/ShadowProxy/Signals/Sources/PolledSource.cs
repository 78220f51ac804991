namespace ShadowProxy.Signals.Sources;

/// <summary>A source that is asked again and again, at a jittered interval, each time within a time-out.</summary>
/// <param name="interval">The time between two questions.</param>
/// <param name="timeout">The time that an answer may take.</param>
/// <param name="time">The clock.</param>
/// <param name="random">The jitter.</param>
internal abstract class PolledSource(TimeSpan interval, TimeSpan timeout, TimeProvider time, RandomSource random) : ISignalSource
{
    private const double Jitter = 0.1;

    /// <inheritdoc/>
    public async Task RunAsync(SourceTarget target, SourceSink sink, CancellationToken stopping)
    {
        while (true)
        {
            await AskInTimeAsync(target, sink, stopping);
            await Task.Delay(interval * (1 + (Jitter * ((2 * random.NextDouble()) - 1))), time, stopping);
        }
    }

    /// <summary>Asks once, and hands the answer to the sink.</summary>
    /// <param name="target">The node.</param>
    /// <param name="sink">Where the answer goes.</param>
    /// <param name="cancellation">Ends it at the time-out.</param>
    /// <exception cref="SourceFailedException">It cannot be heard. Any other exception counts alike.</exception>
    protected abstract Task AskAsync(SourceTarget target, SourceSink sink, CancellationToken cancellation);

    private async Task AskInTimeAsync(SourceTarget target, SourceSink sink, CancellationToken stopping)
    {
        using var late = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, stopping);
        try
        {
            await AskAsync(target, sink, either.Token);
        }
        catch (Exception) when (late.IsCancellationRequested && !stopping.IsCancellationRequested)
        {
            throw new SourceFailedException($"no answer within {timeout.TotalMilliseconds:0} ms");
        }
    }
}
