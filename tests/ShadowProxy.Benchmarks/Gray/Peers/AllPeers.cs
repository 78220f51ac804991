namespace ShadowProxy.Benchmarks.Gray.Peers;

/// <summary>The proxies that are compared.</summary>
internal static class AllPeers
{
    /// <summary>In the order of the tables' columns.</summary>
    public static IReadOnlyList<IPeer> InOrder { get; } =
    [
        new HaproxyPeer(withAgents: true),
        new HaproxyPeer(withAgents: false),
        new NginxPeer(),
        new CaddyPeer(passive: false),
        new CaddyPeer(passive: true),
        new YarpPeer(),
        new ShadowProxyPeer(),
    ];
}
