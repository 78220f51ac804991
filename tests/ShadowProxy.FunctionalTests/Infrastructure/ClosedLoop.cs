using System.Collections.Concurrent;

namespace ShadowProxy.FunctionalTests.Infrastructure;

/// <summary>Eight workers that each send the next request when the last is answered, until stopped.</summary>
internal sealed class ClosedLoop : IAsyncDisposable
{
    /// <summary>How many requests may be under way at any moment.</summary>
    public const int Workers = 8;

    private readonly ConcurrentQueue<string> _failures = new();
    private readonly Func<int, int, Task<string?>> _send;
    private readonly Task[] _workers;
    private volatile bool _stopped;
    private int _answers;

    /// <param name="send">Sends a request, given its worker and its number there; returns what went wrong, or null.</param>
    public ClosedLoop(Func<int, int, Task<string?>> send)
    {
        _send = send;
        _workers = [.. Enumerable.Range(0, Workers).Select(WorkAsync)];
    }

    /// <summary>Waits until so many more requests are answered.</summary>
    public Task AnswersAsync(int more)
    {
        var until = Volatile.Read(ref _answers) + more;
        return Patience.EventuallyAsync(() => Volatile.Read(ref _answers) >= until);
    }

    /// <summary>Stops, and returns what went wrong.</summary>
    public async Task<IEnumerable<string>> StopAsync()
    {
        _stopped = true;
        await Task.WhenAll(_workers);
        return _failures;
    }

    public async ValueTask DisposeAsync() => await StopAsync();

    private async Task WorkAsync(int worker)
    {
        for (var number = 0; !_stopped; number++)
        {
            try
            {
                if (await _send(worker, number) is { } failure)
                    _failures.Enqueue(failure);
            }
            catch (HttpRequestException exception)
            {
                _failures.Enqueue(exception.ToString());
            }

            Interlocked.Increment(ref _answers);
        }
    }
}
