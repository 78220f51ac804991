using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using ShadowProxy.NodeAgent;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the node agent to an ASP.NET Core application.</summary>
public static class NodeAgentExtensions
{
    private static readonly TimeSpan ShortestInterval = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan LongestInterval = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestQuiet = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan LongestDrain = TimeSpan.FromHours(1);

    /// <summary>
    /// Adds the agent's services, <see cref="INodeDrain"/> among them. CPU and memory come from the nearest cgroup that has a limit (v2, else
    /// v1); where there is none, CPU is the process's over the machine's cores, and memory is the machine's (Linux) or the process's working
    /// set over it (elsewhere).
    /// </summary>
    /// <param name="services">The application's services.</param>
    /// <param name="configure">Changes the options; left out: the defaults.</param>
    public static IServiceCollection AddNodeAgent(this IServiceCollection services, Action<NodeAgentOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddOptions<NodeAgentOptions>()
            .Configure(options => configure?.Invoke(options))
            .Validate(
                options => IsWithin(options.SampleInterval, ShortestInterval, LongestInterval),
                $"{nameof(NodeAgentOptions.SampleInterval)}: want 10 ms to 1 min.")
            .Validate(
                options => options.Utilization.Keys.All(IsName),
                $"{nameof(NodeAgentOptions.Utilization)}: a name has 1 character or more, and no comma, colon, equals sign or white space; gc_pause and heap are the agent's.")
            .Validate(
                options => options.AgentCheckPort is null or (> 0 and <= IPEndPoint.MaxPort),
                $"{nameof(NodeAgentOptions.AgentCheckPort)}: want 1 to 65535, or null.")
            .Validate(
                options => IsWithin(options.DrainTimeout, TimeSpan.Zero, LongestDrain), $"{nameof(NodeAgentOptions.DrainTimeout)}: want 0 to 1 h.")
            .Validate(
                options => IsWithin(options.DrainQuiet, TimeSpan.Zero, LongestQuiet), $"{nameof(NodeAgentOptions.DrainQuiet)}: want 0 to 10 min.")
            .ValidateOnStart();
        services.AddOptions<HostOptions>().PostConfigure<IOptions<NodeAgentOptions>>((host, agent) =>
        {
            if (agent.Value.DrainOnShutdown)
                host.ShutdownTimeout += agent.Value.DrainTimeout;
        });
        services.AddMetrics();
        services.AddGrpc();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<ILoadSource>(provider => new SystemLoadSource(provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton<IAgentCheckRule, AgentCheckWeight>();
        services.TryAddSingleton<TrafficCounter>();
        services.TryAddSingleton<ConnectionCounter>();
        services.TryAddSingleton<RuntimeLoad>();
        services.TryAddSingleton<LoadReporter>();
        services.TryAddSingleton<NodeDrain>();
        services.TryAddSingleton<INodeDrain>(provider => provider.GetRequiredService<NodeDrain>());
        services.AddHostedService(provider => provider.GetRequiredService<LoadReporter>());
        services.AddHostedService(provider => provider.GetRequiredService<NodeDrain>());
        services.AddHostedService<AgentCheckListener>();
        return services;
    }

    /// <summary>
    /// Adds the load report to every response, as the header <c>endpoint-load-metrics</c> (ORCA, text form). Put it first, so that it
    /// counts what the rest of the application answers.
    /// </summary>
    /// <param name="app">The application; <see cref="AddNodeAgent"/> must have been called.</param>
    public static IApplicationBuilder UseNodeAgent(this IApplicationBuilder app)
    {
        ArgumentNullException.ThrowIfNull(app);
        return app.UseMiddleware<NodeAgentMiddleware>();
    }

    private static bool IsWithin(TimeSpan time, TimeSpan least, TimeSpan most) => time >= least && time <= most;

    private static bool IsName(string name) =>
        name.Length > 0 && !name.Any(c => c is ',' or ':' or '=' || char.IsWhiteSpace(c) || char.IsControl(c)) && !NodeReport.OwnNames.Contains(name);
}
