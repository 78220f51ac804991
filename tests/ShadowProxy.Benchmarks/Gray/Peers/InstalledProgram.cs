using System.ComponentModel;
using System.Diagnostics;
using System.Text.RegularExpressions;

namespace ShadowProxy.Benchmarks.Gray.Peers;

/// <summary>A program that may be installed on this machine.</summary>
internal static partial class InstalledProgram
{
    /// <summary>Where servers are installed that are not on every user's path.</summary>
    private static readonly string[] SystemDirectories = ["/usr/local/sbin", "/usr/sbin", "/sbin"];

    /// <summary>Its path; its name alone where it is not found.</summary>
    public static string Find(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Concat(SystemDirectories)
            .Select(directory => Path.Combine(directory, name))
            .FirstOrDefault(File.Exists) ?? name;

    /// <summary>The version that it tells; null where it cannot be started.</summary>
    public static async Task<string?> FindVersionAsync(string name, string argument, CancellationToken stop)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(Find(name), [argument])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            var said = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(stop), process.StandardError.ReadToEndAsync(stop));
            await process.WaitForExitAsync(stop);
            return Version().Match(string.Concat(said)) is { Success: true } match ? match.Value : "unknown";
        }
        catch (Win32Exception)
        {
            return null;
        }
    }

    [GeneratedRegex(@"\d+\.\d+(\.\d+)?")]
    private static partial Regex Version();
}
