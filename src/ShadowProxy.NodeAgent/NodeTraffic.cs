namespace ShadowProxy.NodeAgent;

/// <summary>What a node serves now, as the agent's middleware counted it.</summary>
/// <param name="RequestsPerSecond">Requests that ended, a second; averaged over about 2 s.</param>
/// <param name="ErrorsPerSecond">Of these, the ones answered by 5xx or ended by an unhandled exception.</param>
/// <param name="InFlight">Requests that have begun and not ended.</param>
public readonly record struct NodeTraffic(double RequestsPerSecond, double ErrorsPerSecond, long InFlight);
