using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection.Extensions;
using ShadowProxy.NodeAgent;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the node agent to an ASP.NET Core application.</summary>
public static class NodeAgentExtensions
{
    private static readonly TimeSpan ShortestInterval = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan LongestInterval = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Adds the agent's services. CPU and memory come from the nearest cgroup that has a limit (v2, else v1); where there is none, CPU is
    /// the process's over the machine's cores, and memory is the machine's (Linux) or the process's working set over it (elsewhere).
    /// </summary>
    /// <param name="services">The application's services.</param>
    /// <param name="configure">Changes the options; left out: the defaults.</param>
    public static IServiceCollection AddNodeAgent(this IServiceCollection services, Action<NodeAgentOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddOptions<NodeAgentOptions>()
            .Configure(options => configure?.Invoke(options))
            .Validate(
                options => options.SampleInterval >= ShortestInterval && options.SampleInterval <= LongestInterval,
                $"{nameof(NodeAgentOptions.SampleInterval)}: want 10 ms to 1 min.")
            .Validate(
                options => options.Utilization.Keys.All(IsName),
                $"{nameof(NodeAgentOptions.Utilization)}: a name has 1 character or more, and no comma, colon, equals sign or white space.")
            .ValidateOnStart();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<ILoadSource>(provider => new SystemLoadSource(provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton<TrafficCounter>();
        services.TryAddSingleton<LoadReporter>();
        services.AddHostedService(provider => provider.GetRequiredService<LoadReporter>());
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

    private static bool IsName(string name) =>
        name.Length > 0 && !name.Any(c => c is ',' or ':' or '=' || char.IsWhiteSpace(c) || char.IsControl(c));
}
