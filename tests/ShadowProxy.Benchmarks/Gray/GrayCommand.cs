using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using ShadowProxy.Benchmarks.Gray.Peers;
using ShadowProxy.Lab.Faults;

namespace ShadowProxy.Benchmarks.Gray;

/// <summary><c>gray</c>: what users see of a node that sickens, behind ShadowProxy and behind others.</summary>
internal static class GrayCommand
{
    private const int Interrupted = 130;

    private static readonly string[] Faults =
        ["latency-ramp", "leak", "error-ramp", "hang", "restart", "flapping", "slow", "slow-sessions", "overload", "healthy"];

    private static readonly string[] QuickFaults = ["latency-ramp", "error-ramp", "restart"];

    /// <summary>The command with its options.</summary>
    public static Command Create()
    {
        var quick = new Option<bool>("--quick") { Description = $"In 3 minutes: {string.Join(", ", QuickFaults)}, one seed, shorter runs" };
        var faults = Names("--faults", "What befalls a backend", Faults, Scenarios.Names);
        var proxies = Names("--proxies", "Which proxies", [.. AllPeers.InOrder.Select(peer => peer.Name)], [.. AllPeers.InOrder.Select(peer => peer.Name)]);
        var seeds = new Option<int[]>("--seeds")
        {
            Description = "Seeds of load and fault, separated by commas; each picks the next node as the sick one [default: 1,2,3]",
            CustomParser = ParseSeeds,
        };
        var duration = Number("--duration", "Seconds of load in a run [default: 50; quick: 28]", 20, 3600);
        var rate = Number("--rate", "Requests a second [default: 120]", 1, 5_000);
        var sessions = Number("--sessions", "Client sessions [default: 200]", 1, 100_000);
        var lanes = Number("--lanes", "Runs at a time; the machine should stay under 60% busy [default: 4; quick: 5]", 1, 64);
        var json = new Option<FileInfo?>("--json") { Description = "A file for all figures" };
        var chart = new Option<FileInfo?>("--chart") { Description = "A file for the picture, SVG" };
        var markdown = new Option<FileInfo?>("--markdown") { Description = "A file for the tables" };
        var keep = new Option<DirectoryInfo?>("--keep") { Description = "Where to keep configurations, logs and ShadowProxy's record of decisions" };
        var command = new Command("gray", "What users see when a node sickens: HAProxy, nginx, Caddy, plain YARP and ShadowProxy side by side.")
        {
            quick, faults, proxies, seeds, duration, rate, sessions, lanes, json, chart, markdown, keep,
        };
        command.SetAction(async (result, stop) =>
        {
            var isQuick = result.GetValue(quick);
            var options = new GrayOptions(
                result.GetValue(faults) is { Length: > 0 } asked ? asked : isQuick ? QuickFaults : Faults,
                [.. AllPeers.InOrder.Where(peer => result.GetValue(proxies) is not { Length: > 0 } names || names.Contains(peer.Name))],
                result.GetValue(seeds) is { Length: > 0 } some ? some : isQuick ? [1] : [1, 2, 3],
                TimeSpan.FromSeconds(result.GetValue(duration) ?? (isQuick ? 28 : 50)),
                result.GetValue(rate) ?? 120,
                result.GetValue(sessions) ?? 200,
                result.GetValue(lanes) ?? (isQuick ? 5 : 4),
                result.GetValue(keep));
            var report = await new GrayBenchmark(options, TimeProvider.System).RunAsync(TextWriter.Synchronized(Console.Out), stop);
            Console.WriteLine();
            Console.WriteLine(GrayTable.Write(report));
            await WriteAsync(result.GetValue(json), report.ToJson());
            await WriteAsync(result.GetValue(chart), GrayChart.Draw(report));
            await WriteAsync(result.GetValue(markdown), $"{GrayTable.Write(report)}\n{GrayTable.WriteDetails(report)}");
            return stop.IsCancellationRequested ? Interrupted : 0;
        });
        return command;
    }

    private static Task WriteAsync(FileInfo? file, string text) =>
        file is null ? Task.CompletedTask : File.WriteAllTextAsync(file.FullName, text, CancellationToken.None);

    private static Option<string[]?> Names(string name, string description, string[] byDefault, IReadOnlyList<string> known)
    {
        return new Option<string[]?>(name)
        {
            Description = $"{description}, separated by commas, of {string.Join(", ", known)} [default: {(byDefault.Length == known.Count ? "all" : string.Join(", ", byDefault))}]",
            HelpName = "A,B",
            CustomParser = Parse,
        };

        string[]? Parse(ArgumentResult result)
        {
            var asked = result.Tokens[0].Value.Split(',', StringSplitOptions.TrimEntries);
            foreach (var unknown in asked.Except(known))
                result.AddError($"{name} {unknown}: want one of {string.Join(", ", known)}.");
            return asked;
        }
    }

    private static int[] ParseSeeds(ArgumentResult result)
    {
        var seeds = new List<int>();
        foreach (var text in result.Tokens[0].Value.Split(',', StringSplitOptions.TrimEntries))
        {
            if (int.TryParse(text, CultureInfo.InvariantCulture, out var seed))
                seeds.Add(seed);
            else
                result.AddError($"--seeds {text}: want whole numbers, separated by commas.");
        }

        return [.. seeds];
    }

    private static Option<int?> Number(string name, string description, int min, int max)
    {
        var option = new Option<int?>(name) { Description = description, HelpName = "N" };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !(int.TryParse(token.Value, CultureInfo.InvariantCulture, out var value) && value >= min && value <= max))
                result.AddError($"{name} {token.Value}: want a whole number from {min} to {max}.");
        });
        return option;
    }
}
