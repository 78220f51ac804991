using System.Reflection;

namespace ShadowProxy.Benchmarks.Gray.Peers;

/// <summary>What an assembly calls its version.</summary>
internal static class InformationalVersion
{
    /// <summary>The version, with at most 8 characters of the commit.</summary>
    public static string Of(Assembly assembly)
    {
        var version = assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";
        return version.IndexOf('+', StringComparison.Ordinal) is > 0 and var commit ? version[..Math.Min(version.Length, commit + 9)] : version;
    }
}
