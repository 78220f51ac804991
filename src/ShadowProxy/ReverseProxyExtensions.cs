using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using ShadowProxy;
using ShadowProxy.Configuration;
using ShadowProxy.Forwarding;
using ShadowProxy.Forwarding.Hedging;
using ShadowProxy.Migration;
using ShadowProxy.Monitoring;
using ShadowProxy.Nodes;
using ShadowProxy.Selection;
using ShadowProxy.Signals;
using ShadowProxy.Signals.Sources;
using ShadowProxy.Signatures;
using ShadowProxy.State;
using ShadowProxy.Tables;
using ShadowProxy.Telemetry;
using Yarp.ReverseProxy.Configuration.ClusterValidators;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Health;
using Yarp.ReverseProxy.LoadBalancing;
using Yarp.ReverseProxy.Model;
using Yarp.ReverseProxy.SessionAffinity;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds ShadowProxy to a YARP application.</summary>
public static class ReverseProxyExtensions
{
    /// <summary>
    /// Adds the flow tables, the Flow Monitor and the policies <c>Shadow</c> (load balancing, session affinity) and <c>ShadowHealth</c>
    /// (available destinations, passive health).
    /// </summary>
    /// <param name="builder">The builder that <c>AddReverseProxy</c> returned.</param>
    /// <param name="section">The <c>Shadowing</c> section; followed when it reloads. Left out or empty: the defaults.</param>
    /// <exception cref="InvalidOperationException">It was called before.</exception>
    /// <exception cref="ShadowingConfigurationException">When the application starts: the section has errors; all of them are named.</exception>
    public static IReverseProxyBuilder AddShadowing(this IReverseProxyBuilder builder, IConfiguration? section = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var services = builder.Services;
        if (services.Any(d => d.ServiceType == typeof(FlowTables)))
            throw new InvalidOperationException("AddShadowing is called once.");
        services.AddMetrics();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(_ => new RandomSource());
        services.TryAddSingleton(provider =>
            new ShadowingSettingsProvider(section, provider.GetRequiredService<ILogger<ShadowingSettingsProvider>>()));
        services.TryAddSingleton<NodeRegistry>();
        services.TryAddSingleton<FlowClock>();
        services.TryAddSingleton(provider => new FlowTables(
            provider.GetRequiredService<ShadowingSettingsProvider>().Current.Capacity, provider.GetRequiredService<FlowClock>(),
            provider.GetRequiredService<NodeRegistry>()));
        services.TryAddSingleton<RedirectionEngine>();
        services.TryAddSingleton<FailbackRule>();
        services.TryAddSingleton<TwoChoices>();
        services.TryAddSingleton<ReplicaAgreement>();
        services.TryAddSingleton<FlowRouter>();
        services.TryAddSingleton<FlowWatch>();
        services.TryAddSingleton<FlowMonitor>();
        services.TryAddSingleton<NodeProber>();
        services.TryAddSingleton<ProbeSchedule>();
        services.TryAddSingleton<SourceFactory>();
        services.TryAddSingleton<SourceSupervisor>();
        services.TryAddSingleton<ShadowingMetrics>();
        services.TryAddSingleton<ShadowingGauges>();
        services.TryAddSingleton<ShadowingEvents>();
        services.TryAddSingleton<StatusReader>();
        services.TryAddSingleton<SettingsReader>();
        services.TryAddSingleton<FlowLookup>();
        services.TryAddSingleton<IShadowingControl, ShadowingControl>();
        services.TryAddSingleton<SendMark>();
        services.TryAddSingleton(_ => new RecordedBodies());
        services.TryAddSingleton<RetryRule>();
        services.TryAddSingleton<HedgeRule>();
        services.TryAddSingleton<ResponseReader>();
        services.TryAddSingleton<OutcomeRecorder>();
        services.TryAddSingleton<RouteBindings>();
        services.TryAddSingleton(provider => new AffinitySeal(provider.GetRequiredService<ShadowingSettingsProvider>().Current.Key));
        services.TryAddSingleton<AffinityCookies>();
        services.TryAddSingleton<ShadowDestinationSelector>();
        services.AddSingleton<IHostedService, StateService>();
        services.AddSingleton<IHostedService, FlowMonitorService>();
        services.AddSingleton<IHostedService, AvailabilityRelay>();
        AddToYarp(services);
        return builder;
    }

    /// <summary>
    /// Puts each request on the node of its flow, and moves flows off nodes before these fail. Appends YARP's session affinity,
    /// load balancing and passive health checks, so that this one line is the whole pipeline.
    /// </summary>
    /// <param name="proxy">The builder that <c>MapReverseProxy</c> hands to its callback.</param>
    /// <exception cref="InvalidOperationException"><see cref="AddShadowing"/> was not called.</exception>
    public static IReverseProxyApplicationBuilder UseShadowing(this IReverseProxyApplicationBuilder proxy)
    {
        ArgumentNullException.ThrowIfNull(proxy);
        var services = proxy.ApplicationServices;
        if (services.GetService<FlowTables>() is null)
            throw new InvalidOperationException("UseShadowing needs AddReverseProxy().AddShadowing() first.");
        proxy.UseMiddleware<ShadowingMiddleware>();
        proxy.UseSessionAffinity();
        proxy.UseLoadBalancing();
        // A middleware that has nothing to do still costs each request.
        proxy.UseWhen(HasPassiveHealthChecks, static branch => new ProxyBranch(branch).UsePassiveHealthChecks());
        return proxy;
    }

    private static bool HasPassiveHealthChecks(HttpContext context) =>
        context.GetReverseProxyFeature().Cluster.Config.HealthCheck?.Passive?.Enabled == true;

    private static void AddToYarp(IServiceCollection services)
    {
        services.AddSingleton<IClusterValidator, ShadowClusterValidator>();
        services.AddSingleton<IClusterChangeListener, ClusterFollower>();
        services.AddSingleton<ILoadBalancingPolicy, ShadowLoadBalancingPolicy>();
        services.AddSingleton<ISessionAffinityPolicy, ShadowAffinityPolicy>();
        services.TryAddSingleton<ShadowHealthPolicy>();
        services.AddSingleton<IAvailableDestinationsPolicy>(provider => provider.GetRequiredService<ShadowHealthPolicy>());
        services.AddSingleton<IPassiveHealthCheckPolicy>(provider => provider.GetRequiredService<ShadowHealthPolicy>());

        if (services.LastOrDefault(d => d.ServiceType == typeof(IForwarderHttpClientFactory))?.ImplementationType == typeof(ForwarderHttpClientFactory))
            services.Replace(ServiceDescriptor.Singleton<IForwarderHttpClientFactory, ShadowHttpClientFactory>());
        Decorate<IHttpForwarder>(services, (provider, forwarder) => new ShadowForwarder(
            forwarder, provider.GetRequiredService<ResponseReader>(), provider.GetRequiredService<HedgeRule>(),
            provider.GetRequiredService<OutcomeRecorder>(), provider.GetRequiredService<TimeProvider>()));
    }

    private static void Decorate<TService>(IServiceCollection services, Func<IServiceProvider, TService, TService> decorate)
        where TService : class
    {
        var inner = services.Last(d => d.ServiceType == typeof(TService));
        services.Replace(ServiceDescriptor.Singleton(provider => decorate(provider, (TService)(
            inner.ImplementationInstance
            ?? inner.ImplementationFactory?.Invoke(provider)
            ?? ActivatorUtilities.CreateInstance(provider, inner.ImplementationType!)))));
    }
}
