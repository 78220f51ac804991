using System.Reflection;

namespace ShadowProxy.Lab.Backends;

/// <summary>Finds the program that is the command <c>shadowproxy</c>.</summary>
internal static class ShadowProxyCommand
{
    private const string HostAssembly = "ShadowProxy.Edge";

    public static IReadOnlyList<string> Default { get; } = Find(
        Environment.ProcessPath, Assembly.GetEntryAssembly()?.GetName().Name, AppContext.BaseDirectory);

    internal static IReadOnlyList<string> Find(string? processPath, string? entryAssembly, string directory)
    {
        var runsUnderDotnet = Path.GetFileNameWithoutExtension(processPath) == "dotnet";
        if (entryAssembly == HostAssembly && !runsUnderDotnet && processPath is not null)
            return [processPath];

        var dotnet = runsUnderDotnet ? processPath! : Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        return [dotnet, Path.Combine(directory, HostAssembly + ".dll")];
    }
}
