using ShadowProxy.Benchmarks.Cost.Processes;
using ShadowProxy.Benchmarks.Cost.Workloads;

namespace ShadowProxy.Benchmarks.Cost.Proxies;

/// <summary>
/// nginx for throughput: a worker for each core, kept-alive connections to nodes, bodies in memory, no access log. Flows are kept on their
/// node by a consistent hash, and the client's address is passed on, as the others do.
/// </summary>
internal static class NginxServer
{
    public static IServer Start(string program, Site site)
    {
        var address = GuardedServer.FreeAddress(site.Scheme);
        return GuardedServer.Start(
            address, program, "-e", "stderr", "-p", site.Folder, "-c", site.Write("nginx.conf", Configuration(site, address)));
    }

    private static string Configuration(Site site, Uri address)
    {
        var front = site.Workload.Front switch { Wire.Https => " ssl", Wire.Http2 => " http2", _ => "" };
        var pass = site.Workload.Nodes == Wire.Http2 ? "grpc" : "proxy";
        var scheme = site.Workload.Nodes == Wire.Http2 ? "grpc" : "http";
        return $$"""
            daemon off;
            {{(Environment.IsPrivilegedProcess ? "user root;" : "")}}
            worker_processes {{Environment.ProcessorCount}};
            pid {{site.Folder}}/nginx.pid;
            error_log stderr error;
            events { worker_connections 4096; }
            http {
              access_log off;
              tcp_nodelay on;
              keepalive_requests 1000000000;
              client_max_body_size 0;
              client_body_buffer_size 128k;
              client_body_temp_path {{site.Folder}}/nginx-body;
              proxy_temp_path {{site.Folder}}/nginx-proxy;
              fastcgi_temp_path {{site.Folder}}/nginx-fastcgi;
              uwsgi_temp_path {{site.Folder}}/nginx-uwsgi;
              scgi_temp_path {{site.Folder}}/nginx-scgi;
              upstream nodes {
                hash {{(site.Workload.FlowIsConnection ? "$connection" : "$cookie_sid")}} consistent;
            {{string.Join('\n', site.Nodes.Select(node => $"    server {node.Authority};"))}}
                keepalive 64;
                keepalive_requests 1000000000;
              }
              server {
                listen {{address.Authority}}{{front}} reuseport;
                {{Certificate(site)}}
                location / {
                  {{pass}}_pass {{scheme}}://nodes;
                  {{pass}}_set_header Host $host;
                  {{pass}}_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
                  {{Connection(site.Workload)}}
                }
              }
            }

            """;
    }

    private static string Certificate(Site site) => site.Workload.Front == Wire.Https
        ? $"ssl_certificate {site.Certificate.CertificatePath}; ssl_certificate_key {site.Certificate.KeyPath}; ssl_protocols TLSv1.2 TLSv1.3;"
        : "";

    private static string Connection(Workload workload)
    {
        if (workload.Nodes == Wire.Http2)
            return "grpc_socket_keepalive on;";
        var upgrade = workload.Exchange == Exchange.Message
            ? "proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade;"
            : """proxy_set_header Connection "";""";
        return $"proxy_http_version 1.1; proxy_request_buffering off; proxy_buffers 8 16k; proxy_buffer_size 16k; {upgrade}";
    }
}
