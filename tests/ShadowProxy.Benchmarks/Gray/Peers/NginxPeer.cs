using ShadowProxy.Benchmarks.Processes;

namespace ShadowProxy.Benchmarks.Gray.Peers;

/// <summary>
/// nginx with consistent hashing over a cookie of its own, so that a session has its node from the first request on, passive checks and
/// the next upstream for what is safe to repeat. One worker, so that all traffic counts for one judgement.
/// </summary>
internal sealed class NginxPeer : IPeer
{
    public string Name => "nginx";

    public Task<string?> FindVersionAsync(CancellationToken stop) => Tool.FindVersionAsync(Name, "-v", stop);

    public IReadOnlyList<string> Prepare(PeerSite site)
    {
        var config = $$"""
            daemon off;
            worker_processes 1;
            {{(Environment.IsPrivilegedProcess ? "user root;" : "")}}
            pid nginx.pid;
            error_log stderr warn;
            events { worker_connections 4096; }
            http {
              access_log off;
              client_body_temp_path body;
              proxy_temp_path proxy;
              fastcgi_temp_path fastcgi;
              uwsgi_temp_path uwsgi;
              scgi_temp_path scgi;
              map $cookie_route $key { "" $request_id; default $cookie_route; }
              map $cookie_route $new_route { "" "route=$request_id; Path=/; HttpOnly"; default ""; }
              upstream nodes {
                hash $key consistent;
            {{site.Each(backend => $"    server {backend.Address.Authority} max_fails=3 fail_timeout=10s;")}}
                keepalive 64;
              }
              server {
                listen 127.0.0.1:{{site.Port}};
                location / {
                  proxy_pass http://nodes;
                  proxy_http_version 1.1;
                  proxy_set_header Connection "";
                  proxy_set_header Host $host;
                  proxy_connect_timeout {{PeerDefaults.ConnectMs}}ms;
                  proxy_read_timeout {{PeerDefaults.AnswerSeconds}}s;
                  proxy_next_upstream error timeout http_502 http_503 http_504;
                  proxy_next_upstream_tries 3;
                  add_header Set-Cookie $new_route always;
                }
              }
            }
            """;
        return [Tool.Find(Name) ?? Name, "-e", "stderr", "-p", site.Directory, "-c", site.Write("nginx.conf", config + "\n")];
    }
}
