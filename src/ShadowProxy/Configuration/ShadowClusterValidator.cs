using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Configuration.ClusterValidators;

namespace ShadowProxy.Configuration;

/// <summary>Checks what ShadowProxy reads of a YARP cluster, so that YARP refuses a cluster that would not work. Thread-safe.</summary>
internal sealed class ShadowClusterValidator(ShadowingSettingsProvider settings) : IClusterValidator
{
    public ValueTask ValidateAsync(ClusterConfig cluster, IList<Exception> errors)
    {
        foreach (var error in Check(cluster, settings.Latest().ForCluster(cluster.ClusterId).Mode))
            errors.Add(new ArgumentException(error.ToString()));
        return ValueTask.CompletedTask;
    }

    /// <summary>Everything that is wrong with a cluster whose flows are handled in the given mode.</summary>
    public static IEnumerable<ConfigurationError> Check(ClusterConfig cluster, ShadowingMode mode)
    {
        var path = $"ReverseProxy:Clusters:{cluster.ClusterId}";
        var errors = new List<ConfigurationError>();
        foreach (var (id, destination) in cluster.Destinations ?? new Dictionary<string, DestinationConfig>())
            DestinationSettings.Read(destination.Metadata, $"{path}:Destinations:{id}:Metadata", errors);
        if (cluster.SessionAffinity?.Enabled == true && mode == ShadowingMode.Active && !AffinityPolicy.IsOn(cluster.SessionAffinity))
            errors.Add(new($"{path}:SessionAffinity", null,
                $"cannot hold flows that are to be moved: set its Policy to {AffinityPolicy.Name}, which follows them, drop SessionAffinity, "
                + $"or set Shadowing:Clusters:{cluster.ClusterId}:Mode to Observe or Off"));
        return errors;
    }
}
