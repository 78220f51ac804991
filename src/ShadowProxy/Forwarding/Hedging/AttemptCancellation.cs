namespace ShadowProxy.Forwarding.Hedging;

/// <summary>Sources of cancellation for single attempts, some kept by each thread. Thread-safe.</summary>
internal static class AttemptCancellation
{
    /// <summary>A thread may send so many requests before it sees the first answer.</summary>
    private const int MostSpares = 32;

    [ThreadStatic]
    private static Stack<CancellationTokenSource>? _spares;

    /// <summary>A source that is not cancelled, and that nobody else has.</summary>
    public static CancellationTokenSource Rent() => _spares is { Count: > 0 } spares ? spares.Pop() : new CancellationTokenSource();

    /// <summary>Gives one back that nobody will cancel, or ask whether it is cancelled, any more.</summary>
    public static void Return(CancellationTokenSource source)
    {
        var spares = _spares ??= new Stack<CancellationTokenSource>(MostSpares);
        if (spares.Count < MostSpares && source.TryReset())
            spares.Push(source);
        else
            source.Dispose();
    }
}
