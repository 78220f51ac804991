using System.Diagnostics;
using System.Text.RegularExpressions;

namespace ShadowProxy.Benchmarks.Processes;

/// <summary>Programs of others that may be installed.</summary>
internal static partial class Tool
{
    /// <summary>Where a program is, or null.</summary>
    public static string? Find(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Append("/usr/sbin").Append("/usr/local/sbin")
        .Select(folder => Path.Combine(folder, name))
        .FirstOrDefault(File.Exists);

    /// <summary>Runs a program to its end.</summary>
    /// <returns>What it wrote to its standard output and error.</returns>
    /// <exception cref="InvalidOperationException">It failed; the message has what it wrote.</exception>
    public static async Task<string> RunAsync(string program, IEnumerable<string> arguments, CancellationToken cancellation)
    {
        var (code, text) = await CaptureAsync(program, arguments, cancellation);
        return code == 0 ? text : throw new InvalidOperationException($"{program} failed. {text}");
    }

    /// <summary>The first line that a program says with an argument that asks for its version, whatever its exit code.</summary>
    public static async Task<string> VersionAsync(string program, string argument, CancellationToken cancellation) =>
        (await CaptureAsync(program, [argument], cancellation)).Text.Split('\n', 2)[0].Trim();

    /// <summary>The version that a program tells, as digits and dots; null where it is not installed.</summary>
    public static async Task<string?> FindVersionAsync(string name, string argument, CancellationToken cancellation)
    {
        if (Find(name) is not { } program)
            return null;
        var (_, text) = await CaptureAsync(program, [argument], cancellation);
        return Version().Match(text) is { Success: true } match ? match.Value : "unknown";
    }

    [GeneratedRegex(@"\d+\.\d+(\.\d+)?")]
    private static partial Regex Version();

    private static async Task<(int Code, string Text)> CaptureAsync(
        string program, IEnumerable<string> arguments, CancellationToken cancellation)
    {
        using var process = Process.Start(
            new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        try
        {
            var texts = await Task.WhenAll(
                process.StandardOutput.ReadToEndAsync(cancellation), process.StandardError.ReadToEndAsync(cancellation));
            await process.WaitForExitAsync(cancellation);
            return (process.ExitCode, string.Concat(texts));
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            throw;
        }
    }
}
