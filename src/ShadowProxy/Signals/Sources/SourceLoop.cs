namespace ShadowProxy.Signals.Sources;

/// <summary>Keeps one source of one node going: starts it again where it ends or fails, later and later, until stopped.</summary>
internal sealed class SourceLoop(
    ISignalSource source, SourceTarget target, SourceSink sink, TimeSpan spread, TimeProvider time, RandomSource random, CancellationToken stopping)
{
    private static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    private readonly CancellationTokenSource _stop = CancellationTokenSource.CreateLinkedTokenSource(stopping);
    private Task _run = Task.CompletedTask;

    /// <summary>Starts it, within the spread of time: a thousand nodes are not asked at once.</summary>
    public void Start() => _run = Task.Run(RunAsync, CancellationToken.None);

    /// <summary>Stops it, without waiting for its end.</summary>
    public void Stop() => _ = StopAsync();

    private async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _run;
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        var token = _stop.Token;
        try
        {
            await Task.Delay(spread * random.NextDouble(), time, token);
            for (var failures = 0; ;)
            {
                var heard = sink.Heard;
                var pause = await TryAsync(token);
                failures = sink.Heard > heard ? 0 : failures + 1;
                await Task.Delay(pause ?? Pause(failures), time, token);
            }
        }
        catch (OperationCanceledException) when (token.IsCancellationRequested)
        {
            return;
        }
    }

    /// <summary>Runs it once.</summary>
    /// <returns>The pause that it asks for; null where it has none in mind.</returns>
    private async Task<TimeSpan?> TryAsync(CancellationToken token)
    {
        try
        {
            await source.RunAsync(target, sink, token);
            sink.Fail("the node ended the connection");
            return null;
        }
        catch (SourceFailedException exception)
        {
            if (exception.IsNonsense)
                sink.Reject(exception.Message);
            else
                sink.Fail(exception.Message);
            return exception.Pause;
        }
        catch (Exception exception) when (!token.IsCancellationRequested)
        {
            sink.Fail((exception.InnerException ?? exception).Message);
            return null;
        }
        catch (Exception) when (token.IsCancellationRequested)
        {
            throw new OperationCanceledException(token);
        }
    }

    /// <summary>Twice as long after each failure, with equal jitter (Brooker 2015, "Exponential Backoff And Jitter").</summary>
    private TimeSpan Pause(int failures)
    {
        var longest = Math.Min(LongestPause.TotalSeconds, ShortestPause.TotalSeconds * Math.Pow(2, Math.Min(failures, 10)));
        return TimeSpan.FromSeconds(longest * (0.5 + (0.5 * random.NextDouble())));
    }
}
