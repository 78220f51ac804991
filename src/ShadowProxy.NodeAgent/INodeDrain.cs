namespace ShadowProxy.NodeAgent;

/// <summary>
/// Announces that the node is about to stop, so that proxies take its flows elsewhere while it still serves. Thread-safe; a singleton among
/// the application's services.
/// </summary>
/// <remarks>
/// Announced are: <c>named_metrics.draining=1</c> in load reports (0 otherwise), <c>drain</c> at the agent-check port, and
/// <c>NOT_SERVING</c> for all services in gRPC health. Requests are served as before.
/// </remarks>
public interface INodeDrain
{
    /// <summary>Whether it has been announced, and not been taken back.</summary>
    bool IsDraining { get; }

    /// <summary>
    /// Cancelled when it has been announced and no request has arrived for <see cref="NodeAgentOptions.DrainQuiet"/>, or when the server
    /// stops: the time for streams and WebSockets to end in a way that their clients understand. Who comes back then is sent to another node.
    /// After <see cref="Resume"/> a new one stands here.
    /// </summary>
    CancellationToken EndStreams { get; }

    /// <summary>Announces it. Nothing happens where it has been.</summary>
    void Drain();

    /// <summary>Takes it back: the node stays. Nothing happens where it was not announced.</summary>
    void Resume();

    /// <summary>
    /// Waits until no request is in flight and none has arrived for <see cref="NodeAgentOptions.DrainQuiet"/>. Requests for the agent's own
    /// endpoints do not count, nor, once the drain is announced, do probes of ShadowProxy and Kubernetes.
    /// </summary>
    /// <param name="timeout">How long to wait, 0 and up, or <see cref="Timeout.InfiniteTimeSpan"/>.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>True where the node is empty, false where it still is not after <paramref name="timeout"/>.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The time is negative.</exception>
    /// <exception cref="OperationCanceledException">The waiting was ended.</exception>
    Task<bool> WhenEmptyAsync(TimeSpan timeout, CancellationToken cancellationToken = default);
}
