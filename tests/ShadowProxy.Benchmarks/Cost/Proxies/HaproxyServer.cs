using ShadowProxy.Benchmarks.Cost.Processes;
using ShadowProxy.Benchmarks.Cost.Workloads;

namespace ShadowProxy.Benchmarks.Cost.Proxies;

/// <summary>
/// HAProxy for throughput: a thread for each core, connections to nodes shared by all clients, no log. Flows are kept on their node by a
/// consistent hash, nodes are checked each second, and the client's address is passed on, as the others do.
/// </summary>
internal static class HaproxyServer
{
    public static IServer Start(string program, Site site)
    {
        var address = GuardedServer.FreeAddress(site.Scheme);
        return GuardedServer.Start(address, program, "-db", "-f", site.Write("haproxy.cfg", Configuration(site, address)));
    }

    private static string Configuration(Site site, Uri address)
    {
        var front = site.Workload.Front switch
        {
            Wire.Https => $" ssl crt {site.Certificate.BothPath} alpn http/1.1",
            Wire.Http2 => " proto h2",
            _ => "",
        };
        var proto = site.Workload.Nodes == Wire.Http2 ? " proto h2" : "";
        return $"""
            global
              nbthread {Environment.ProcessorCount}
              maxconn 4096
            defaults
              mode http
              timeout connect 1s
              timeout client 60s
              timeout server 60s
              timeout tunnel 60s
              option forwardfor
            frontend clients
              bind {address.Authority}{front}
              default_backend nodes
            backend nodes
              balance hash {(site.Workload.FlowIsConnection ? "src_port" : "req.cook(sid)")}
              hash-type consistent
              http-reuse always
            {string.Join('\n', site.Nodes.Index().Select(node => $"  server n{node.Index} {node.Item.Authority} check inter 1s{proto}"))}

            """;
    }
}
