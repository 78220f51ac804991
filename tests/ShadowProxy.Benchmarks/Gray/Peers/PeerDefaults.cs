namespace ShadowProxy.Benchmarks.Gray.Peers;

/// <summary>What all peers' settings share, so that none is better off by a number.</summary>
internal static class PeerDefaults
{
    /// <summary>What the active checks ask for.</summary>
    public const string HealthPath = "/health";

    /// <summary>How long a connection may take, ms.</summary>
    public const int ConnectMs = 500;

    /// <summary>How long an answer may take, s: far above what the backends need, far under what users bear.</summary>
    public const int AnswerSeconds = 2;
}
