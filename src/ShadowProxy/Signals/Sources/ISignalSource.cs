namespace ShadowProxy.Signals.Sources;

/// <summary>One source of one node's state. Made anew for each node, and used by one <see cref="SourceLoop"/>.</summary>
internal interface ISignalSource
{
    /// <summary>
    /// Listens to the node, and hands what it says to the sink, until cancelled. Nobody waits for it: it may hang without harm to others,
    /// but it ends soon after it is cancelled. It waits for nothing before it is asynchronous, and holds no more than a bounded part of what
    /// the node sends.
    /// </summary>
    /// <param name="target">The node, and how to reach it.</param>
    /// <param name="sink">Where readings go, and nonsense.</param>
    /// <param name="stopping">Ends it.</param>
    /// <returns>Where the node ended what should go on: it is started again, later and later.</returns>
    /// <exception cref="SourceFailedException">It cannot be heard; it is started again, later and later. Any other exception counts alike.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    Task RunAsync(SourceTarget target, SourceSink sink, CancellationToken stopping);
}
