using System.Diagnostics.CodeAnalysis;
using Yarp.ReverseProxy.Configuration;

namespace ShadowProxy.Configuration;

/// <summary>The session affinity policy by which replicas of the proxy agree, as a cluster's <c>SessionAffinity</c> names it.</summary>
internal static class AffinityPolicy
{
    /// <summary>Its name.</summary>
    public const string Name = "Shadow";

    /// <summary>Whether a cluster has it.</summary>
    public static bool IsOn([NotNullWhen(true)] SessionAffinityConfig? config) =>
        config is { Enabled: true } && Name.Equals(config.Policy, StringComparison.OrdinalIgnoreCase);
}
