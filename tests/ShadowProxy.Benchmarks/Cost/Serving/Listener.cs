using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using ShadowProxy.Benchmarks.Cost.Workloads;

namespace ShadowProxy.Benchmarks.Cost.Serving;

/// <summary>Makes Kestrel listen on free ports of loopback.</summary>
/// <param name="certificate">A PEM file; needed for <see cref="Wire.Https"/>.</param>
/// <param name="key">A PEM file; needed for <see cref="Wire.Https"/>.</param>
internal sealed class Listener(string? certificate, string? key)
{
    public WebApplicationBuilder CreateBuilder(params IEnumerable<Wire> wires)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            foreach (var wire in wires)
                kestrel.Listen(IPAddress.Loopback, 0, listen => Configure(listen, wire));
        });
        return builder;
    }

    private void Configure(ListenOptions listen, Wire wire)
    {
        listen.Protocols = wire == Wire.Http2 ? HttpProtocols.Http2 : HttpProtocols.Http1;
        if (wire == Wire.Https)
            listen.UseHttps(X509Certificate2.CreateFromPemFile(certificate!, key));
    }
}
