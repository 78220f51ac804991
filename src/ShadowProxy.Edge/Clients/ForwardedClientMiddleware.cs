using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Options;
using IPNetwork = System.Net.IPNetwork;

namespace ShadowProxy.Edge.Clients;

/// <summary>
/// Where a trusted proxy sent a request, takes the client's address, the scheme and the host from its <c>X-Forwarded-*</c> headers: from the
/// right, past every trusted proxy, to the first address that is not one. From anybody else the headers count for nothing.
/// </summary>
internal sealed class ForwardedClientMiddleware(RequestDelegate next, TrustedProxies proxies, ILoggerFactory logging)
{
    private Step? _step;

    public Task InvokeAsync(HttpContext context)
    {
        var networks = proxies.Networks;
        var step = _step;
        if (step is null || !ReferenceEquals(step.Networks, networks))
            _step = step = new Step(networks, Build(networks));
        return step.Next(context);
    }

    private RequestDelegate Build(IPNetwork[] networks)
    {
        if (networks.Length == 0)
            return next;
        var options = new ForwardedHeadersOptions
        {
            ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost,
            ForwardLimit = null,
        };
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (var network in networks)
            options.KnownIPNetworks.Add(network);
        return new ForwardedHeadersMiddleware(next, logging, Options.Create(options)).Invoke;
    }

    /// <summary>What comes next while these networks are the trusted ones.</summary>
    private sealed record Step(IPNetwork[] Networks, RequestDelegate Next);
}
