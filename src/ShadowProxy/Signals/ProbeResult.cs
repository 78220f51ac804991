namespace ShadowProxy.Signals;

/// <summary>What a probe of a node found.</summary>
/// <param name="Alive">True where the node took the connection and, if it was asked for a path, answered as it should.</param>
/// <param name="ConnectTime">From the start until the connection stood, or until the probe gave up on it; looking up the host's name included.</param>
/// <param name="AnswerTime">
/// From then on until the response's headers, or until the probe gave up on them; a TLS handshake included. Zero where nothing was asked.
/// </param>
/// <param name="Error">Why the node is not alive; null where it is.</param>
/// <param name="Refused">True where the node refused the connection: nothing listens there.</param>
/// <param name="Degraded">True where the node lives, and calls itself degraded.</param>
internal readonly record struct ProbeResult(
    bool Alive, TimeSpan ConnectTime, TimeSpan AnswerTime, string? Error, bool Refused, bool Degraded = false);
