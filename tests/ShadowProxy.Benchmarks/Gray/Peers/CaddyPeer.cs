using ShadowProxy.Benchmarks.Processes;

namespace ShadowProxy.Benchmarks.Gray.Peers;

/// <summary>
/// Caddy with a cookie for persistence, active checks and retries; and, where asked for, passive checks that count slow answers too,
/// from a latency on that single late answers of a node that is well do not reach.
/// </summary>
internal sealed class CaddyPeer(bool passive) : IPeer
{
    private const string Program = "caddy";

    public string Name => passive ? "caddy-passive" : Program;

    public Task<string?> FindVersionAsync(CancellationToken stop) => Tool.FindVersionAsync(Program, "version", stop);

    public IReadOnlyList<string> Prepare(PeerSite site)
    {
        var passiveChecks = passive
            ? """
                  fail_duration 10s
                  max_fails 3
                  unhealthy_latency 150ms
                  unhealthy_status 5xx
              """
            : "";
        var config = $$"""
            {
              admin off
              auto_https off
            }
            :{{site.Port}} {
              bind 127.0.0.1
              reverse_proxy {{string.Join(' ', site.Backends.Select(backend => backend.Address.Authority))}} {
                lb_policy cookie node secret
                lb_try_duration {{PeerDefaults.AnswerSeconds}}s
                lb_try_interval 50ms
                health_uri {{PeerDefaults.HealthPath}}
                health_interval 1s
                health_timeout 1s
            {{passiveChecks}}
                transport http {
                  dial_timeout {{PeerDefaults.ConnectMs}}ms
                  response_header_timeout {{PeerDefaults.AnswerSeconds}}s
                }
              }
            }
            """;
        // Where it would else keep certificates and settings of the user.
        return ["env", $"HOME={site.Directory}", $"XDG_DATA_HOME={site.Directory}", $"XDG_CONFIG_HOME={site.Directory}",
            Tool.Find(Program) ?? Program, "run", "--adapter", "caddyfile", "--config", site.Write("Caddyfile", config + "\n")];
    }
}
