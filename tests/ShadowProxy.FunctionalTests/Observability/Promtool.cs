using System.Diagnostics;
using ShadowProxy.FunctionalTests.Infrastructure;

namespace ShadowProxy.FunctionalTests.Observability;

/// <summary>Prometheus' own checker of its files.</summary>
internal static class Promtool
{
    /// <summary>Where it is installed; null where it is not.</summary>
    public static string? Program { get; } = InstalledProgram.Find("promtool");

    /// <summary>Runs it to its end.</summary>
    public static async Task<(int ExitCode, string Output)> RunAsync(string directory, string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(Program!, arguments)
        {
            WorkingDirectory = directory,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        })!;
        var output = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync()).Soon();
        await process.WaitForExitAsync().Soon();
        return (process.ExitCode, string.Concat(output));
    }
}
