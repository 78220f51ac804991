using ShadowProxy.Configuration;
using Yarp.ReverseProxy.Configuration;

namespace ShadowProxy.Edge.Configuration;

/// <summary>YARP's own reading and checking of a configuration, in services of its own that never serve a request.</summary>
internal sealed class YarpValidation : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    public YarpValidation(IConfigurationSection section)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddReverseProxy().LoadFromConfig(section);
        PolicyNames.AddTo(services);
        _services = services.BuildServiceProvider();
    }

    /// <summary>Reads routes and clusters.</summary>
    /// <returns>What is wrong, where they cannot be read; else null.</returns>
    public string? TryRead(out IReadOnlyList<RouteConfig> routes, out IReadOnlyList<ClusterConfig> clusters)
    {
        try
        {
            var config = _services.GetRequiredService<IProxyConfigProvider>().GetConfig();
            (routes, clusters) = (config.Routes, config.Clusters);
            return null;
        }
        // YARP's reader throws whatever the parser of a value throws.
        catch (Exception exception)
        {
            (routes, clusters) = ([], []);
            return $"YARP cannot read it: {exception.Message}";
        }
    }

    /// <summary>What YARP finds wrong with a route, its transforms among it.</summary>
    public async Task<IEnumerable<ConfigurationError>> ValidateAsync(RouteConfig route, string path) =>
        Errors(await _services.GetRequiredService<IConfigValidator>().ValidateRouteAsync(route), path);

    /// <summary>What YARP finds wrong with a cluster.</summary>
    public async Task<IEnumerable<ConfigurationError>> ValidateAsync(ClusterConfig cluster, string path) =>
        Errors(await _services.GetRequiredService<IConfigValidator>().ValidateClusterAsync(cluster), path);

    public ValueTask DisposeAsync() => _services.DisposeAsync();

    private static IEnumerable<ConfigurationError> Errors(IList<Exception> exceptions, string path) =>
        exceptions.Select(exception => new ConfigurationError(path, null, exception.Message));
}
