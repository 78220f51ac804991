using System.CommandLine;
using System.Runtime.InteropServices;
using ShadowProxy.Edge.Hosting;
using ShadowProxy.Forwarding;

namespace ShadowProxy.Edge.Commands;

/// <summary><c>shadowproxy run</c>: the edge proxy, until SIGTERM or Ctrl-C.</summary>
internal static class RunCommand
{
    private const int Interrupted = 130;

    /// <summary>The command with its options.</summary>
    public static Command Create()
    {
        var config = ConfigOption.Create();
        var command = new Command("run", "Runs the proxy. This is what happens without a command, too.") { config };
        command.SetAction(parsed => Run(parsed.GetValue(config)!));
        return command;
    }

    /// <summary>Runs until asked to stop.</summary>
    /// <returns>0 after a graceful end, 1 where it could not start.</returns>
    public static int Run(string config) => RunAsync(config).GetAwaiter().GetResult();

    private static async Task<int> RunAsync(string config)
    {
        InlineCompletions.Enable();
        var signals = 0;
        // The host ends gracefully at the first Ctrl-C; whoever presses it again does not want to wait.
        using var impatience = PosixSignalRegistration.Create(PosixSignal.SIGINT, _ =>
        {
            if (Interlocked.Increment(ref signals) > 1)
                Environment.Exit(Interrupted);
        });
        try
        {
            await using var app = await EdgeHost.BuildAsync(config);
            await app.RunAsync();
            return 0;
        }
        catch (Exception exception) when (StartFailure.Explain(exception) is { } lines)
        {
            foreach (var line in lines)
                await Console.Error.WriteLineAsync(line);
            return 1;
        }
    }
}
