using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Hosting;

namespace ShadowProxy.Lab.Backends;

/// <summary>Runs a sample backend as this process, steered by its standard input.</summary>
public static class BackendHost
{
    /// <summary>
    /// Listens, says so in the first line of standard output (<c>listening http://127.0.0.1:PORT</c>), and serves until Ctrl-C
    /// or SIGTERM. Each line of standard input is a <see cref="StartCommand"/>.
    /// </summary>
    /// <param name="options">How the backend runs.</param>
    /// <param name="withParent">
    /// End at once when standard input ends, so that the process never outlives the one that holds it; and leave Ctrl-C to that one.
    /// </param>
    public static async Task RunAsync(SampleBackendOptions options, bool withParent)
    {
        await using var app = SampleBackend.Build(options, Console.Out);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
        await app.StartAsync();
        Console.Out.WriteLine(BackendProtocol.ListeningPrefix + app.Urls.Single());

        // A thread of its own: reads of standard input block.
        new Thread(() => Obey(app, Console.In, withParent)) { IsBackground = true, Name = "standard input" }.Start();
        await app.WaitForShutdownAsync();

        // A terminal sends Ctrl-C to the whole family: the parent still needs its backends while it winds up.
        void OnSignal(PosixSignalContext signal)
        {
            signal.Cancel = true;
            if (!withParent || signal.Signal != PosixSignal.SIGINT)
                app.Lifetime.StopApplication();
        }
    }

    private static void Obey(WebApplication app, TextReader input, bool withParent)
    {
        while (input.ReadLine() is { } line)
        {
            if (StartCommand.TryParse(line) is { } command && command.Script() is not null)
                app.StartScenario(command);
            else
                Console.Error.WriteLine($"Not understood: '{line}'. Want: start SCENARIO INDEX COUNT SEED SECONDS RPS ELAPSED");
        }

        if (withParent)
            Environment.Exit(0);
    }
}
