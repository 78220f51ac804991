using System.CommandLine;
using ShadowProxy.Edge.Configuration;

namespace ShadowProxy.Edge.Commands;

/// <summary><c>shadowproxy check</c>: says everything that is wrong with a configuration, and starts nothing.</summary>
internal static class CheckCommand
{
    /// <summary>The command with its options.</summary>
    public static Command Create()
    {
        var config = ConfigOption.Create();
        var command = new Command("check", "Checks the configuration: exit code 0, or 1 with every error.") { config };
        command.SetAction((parsed, _) => CheckAsync(parsed.GetValue(config)!, Console.Out, Console.Error));
        return command;
    }

    /// <summary>Checks a file.</summary>
    /// <returns>0 where it is good, else 1.</returns>
    public static async Task<int> CheckAsync(string config, TextWriter output, TextWriter errors)
    {
        var report = await ConfigurationChecker.CheckAsync(config);
        foreach (var warning in report.Warnings)
            await errors.WriteLineAsync($"warning: {warning}");
        foreach (var error in report.Errors)
            await errors.WriteLineAsync(error);
        if (report.Errors.Count > 0)
            return 1;
        await output.WriteLineAsync($"OK: {report.Routes} routes, {report.Clusters} clusters");
        return 0;
    }
}
