using System.Net.Sockets;
using ShadowProxy.Lab.Summary;
using Spectre.Console;

namespace ShadowProxy.Edge.Demo;

/// <summary>The whole of the demo: its runs one after the other, what is shown of them, and what is left of them.</summary>
/// <param name="options">What is shown.</param>
/// <param name="compare">True to run the scenario through plain YARP first.</param>
/// <param name="json">The file for the summary as JSON; <c>-</c> for stdout, and the display goes to stderr; null for none.</param>
/// <param name="time">The clock.</param>
internal sealed class Demonstration(DemoOptions options, bool compare, string? json, TimeProvider time)
{
    private const int Done = 0;
    private const int NotPossible = 1;
    private const int Interrupted = 130;
    private const string Stdout = "-";

    /// <summary>Runs it.</summary>
    /// <param name="stop">Ends it early; what was done until then is summed up.</param>
    /// <returns>The exit code: 0 done, 1 could not run, 130 stopped early.</returns>
    public async Task<int> RunAsync(CancellationToken stop)
    {
        var toStdout = json == Stdout;
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(toStdout ? Console.Error : Console.Out) });
        var redirected = toStdout ? Console.IsErrorRedirected : Console.IsOutputRedirected;
        IDemoOutput output = !redirected && console.Profile.Capabilities is { Ansi: true, Interactive: true }
            ? new LiveOutput(console)
            : new LineOutput(console.Profile.Out.Writer);
        var results = new List<DemoResult>();
        try
        {
            await using var file = json is null || toStdout ? null : new StreamWriter(json);
            await RunAllAsync(output, results, stop);
            if (results.Count == 0)
            {
                console.WriteLine("Stopped before the load began: there is nothing to sum up.");
                return Interrupted;
            }
            console.Write(SummaryScreen.Draw(results));
            if (toStdout)
                await Console.Out.WriteLineAsync(Json(results));
            else if (file is not null)
                await file.WriteLineAsync(Json(results));
            return stop.IsCancellationRequested ? Interrupted : Done;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or SocketException)
        {
            await Console.Error.WriteLineAsync($"The demo cannot run: {exception.Message}");
            return NotPossible;
        }
    }

    /// <summary>Runs through plain YARP, where asked for, and ShadowProxy; results are ShadowProxy's first.</summary>
    private async Task RunAllAsync(IDemoOutput output, List<DemoResult> results, CancellationToken stop)
    {
        var run = new DemoRun(options, time);
        try
        {
            foreach (var shadowing in compare ? [false, true] : new[] { true })
                results.Insert(0, await output.ShowAsync(show => run.RunAsync(shadowing, show, stop)));
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Stopped before a load began: nothing is known of that run.
        }
    }

    private string Json(List<DemoResult> results)
    {
        if (!compare)
            return SummaryJson.Write(results[0].Summary);
        var plain = results[^1].Summary;
        return SummaryJson.Write(new ComparisonSummary(plain.Scenario, plain.Seed, results.Count > 1 ? results[0].Summary : null, plain));
    }
}
