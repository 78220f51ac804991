namespace ShadowProxy.Forwarding.Hedging;

/// <summary>Sources of cancellation for single attempts, one kept by each thread. Thread-safe.</summary>
internal static class AttemptCancellation
{
    [ThreadStatic]
    private static CancellationTokenSource? _spare;

    /// <summary>A source that is not cancelled, and that nobody else has.</summary>
    public static CancellationTokenSource Rent()
    {
        var source = _spare ?? new CancellationTokenSource();
        _spare = null;
        return source;
    }

    /// <summary>Gives one back that nobody will cancel any more.</summary>
    public static void Return(CancellationTokenSource source)
    {
        if (_spare is null && source.TryReset())
            _spare = source;
        else
            source.Dispose();
    }
}
