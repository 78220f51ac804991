using ShadowProxy.Benchmarks.Processes;

namespace ShadowProxy.Benchmarks.Gray.Peers;

/// <summary>
/// HAProxy with a cookie for persistence, retries of what is safe to repeat on another server, passive checks beside the active ones; and, where
/// asked for, <c>agent-check</c>. Its agents take a server away by its own load alone: so where more than one of four is
/// away, all take traffic again, as an operator would have it who fears a load that all share.
/// </summary>
internal sealed class HaproxyPeer(bool withAgents) : IPeer
{
    private const string Program = "haproxy";

    public string Name => withAgents ? "haproxy+agent" : Program;

    public bool UsesAgents => withAgents;

    public Task<string?> FindVersionAsync(CancellationToken stop) => Tool.FindVersionAsync(Program, "-v", stop);

    public IReadOnlyList<string> Prepare(PeerSite site)
    {
        var config = $"""
            global
              nbthread 1
            defaults
              mode http
              timeout connect {PeerDefaults.ConnectMs}ms
              timeout client 30s
              timeout server {PeerDefaults.AnswerSeconds}s
              timeout check 1s
              retries 3
              retry-on conn-failure empty-response junk-response response-timeout 500 502 503 504
              option redispatch 1
              balance random(2)
              cookie node insert indirect nocache
              option httpchk GET {PeerDefaults.HealthPath}
              default-server check inter 1s fall 2 rise 3
            frontend clients
              bind 127.0.0.1:{site.Port}
              {(withAgents ? $"use_backend all if {{ nbsrv(nodes) lt {site.Backends.Count - 1} }}" : "")}
              default_backend nodes
            {Backend(site, "nodes", withAgents)}
            {(withAgents ? Backend(site, "all", withAgent: false) : "")}
            """;
        return [Tool.Find(Program) ?? Program, "-db", "-f", site.Write("haproxy.cfg", config + "\n")];
    }

    private static string Backend(PeerSite site, string name, bool withAgent) => $"""
        backend {name}
          http-request disable-l7-retry unless METH_GET
          default-server observe layer7 error-limit 10 on-error mark-down
        {site.Each(backend => $"  server {backend.Name} {backend.Address.Authority} cookie {backend.Name}"
            + (withAgent ? $" agent-check agent-port {backend.AgentPort} agent-inter 1s" : ""))}
        """;
}
