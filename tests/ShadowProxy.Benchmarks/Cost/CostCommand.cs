using System.CommandLine;
using System.CommandLine.Parsing;
using ShadowProxy.Benchmarks.Cost.Loads;
using ShadowProxy.Benchmarks.Cost.Proxies;
using ShadowProxy.Benchmarks.Cost.Reporting;
using ShadowProxy.Benchmarks.Cost.Workloads;

namespace ShadowProxy.Benchmarks.Cost;

/// <summary><c>cost</c>: what a request costs in ShadowProxy, in plain YARP and in other proxies.</summary>
internal static class CostCommand
{
    private static readonly string[] QuickProxies = ["straight", "haproxy", "nginx", ProxyKind.Reference, "shadowproxy"];
    private static readonly string[] Proxies = [.. QuickProxies, "plugin"];

    public static Command Create()
    {
        var rows = Names("--rows", "What is asked", [.. Workload.All.Select(row => row.Name)]);
        var proxies = Names("--proxies", "Who is asked", [.. ProxyKind.All([]).Select(proxy => proxy.Name)]);
        var rounds = new Option<int?>("--rounds") { Description = "How many times each is measured in each row. [default: 6]" };
        var seconds = new Option<int?>("--seconds") { Description = "How long a run takes. [default: 2]" };
        var quick = new Option<bool>("--quick") { Description = "One round of one second without `plugin`: a first look." };
        var saturated = new Option<bool>("--saturated") { Description = "No runs at a fixed rate, only those without pause." };
        var reports = new Option<bool>("--reports") { Description = "The nodes report their load with each answer." };
        var control = new Option<bool>("--control") { Description = "A second plain YARP: how far noise alone goes." };
        var edge = new Option<FileInfo?>("--edge") { Description = "The program `shadowproxy` to measure. By default the one built with this." };
        var json = new Option<FileInfo?>("--json") { Description = "A file for all figures." };
        var markdown = new Option<FileInfo?>("--markdown") { Description = "A file for the tables." };
        rounds.Validators.Add(result => Require(result, result.GetValueOrDefault<int?>() is null or (>= 1 and <= 1000), "1 to 1000"));
        seconds.Validators.Add(result => Require(result, result.GetValueOrDefault<int?>() is null or (>= 1 and <= 600), "1 to 600"));

        var command = new Command("cost", "CPU, throughput, latency and memory of ShadowProxy, plain YARP and other proxies, in alternating runs of the same load.")
        {
            rows, proxies, rounds, seconds, quick, saturated, reports, control, edge, json, markdown,
        };
        command.SetAction(async (result, cancellation) =>
        {
            var hurried = result.GetValue(quick);
            string[] names = [.. result.GetValue(proxies) ?? (hurried ? QuickProxies : Proxies), .. result.GetValue(control) ? [ProxyKind.Control] : Array.Empty<string>()];
            var kinds = ProxyKind.All(result.GetValue(edge) is { } program ? [program.FullName] : EdgeServer.Built)
                .Where(kind => names.Contains(kind.Name)).ToArray();
            var workloads = Workload.All.Where(row => result.GetValue(rows)?.Contains(row.Name) ?? true).ToArray();
            var options = new CostOptions(
                [.. workloads.Where(row => LoadTools.Missing(row) is null)],
                [.. kinds.Where(kind => kind.Missing is null)],
                result.GetValue(rounds) ?? (hurried ? 1 : 6),
                TimeSpan.FromSeconds(result.GetValue(seconds) ?? (hurried ? 1 : 2)),
                TimeSpan.FromSeconds(hurried ? 3 : 5),
                Paced: !result.GetValue(saturated),
                result.GetValue(reports));
            string[] leftOut =
            [
                .. kinds.Where(kind => kind.Missing is not null).Select(kind => kind.Missing!),
                .. workloads.Where(row => LoadTools.Missing(row) is not null).Select(row => $"{row.Title}: {LoadTools.Missing(row)}"),
                .. LoadTools.Wrk is null ? ["wrk is not installed, own clients load instead"] : Array.Empty<string>(),
            ];
            var line = string.Join(' ', ["cost", .. result.Tokens.Skip(1).Select(token => token.Value)]);
            var report = await RunAsync(options, line, leftOut, cancellation);
            if (result.GetValue(json) is { } jsonFile)
                await File.WriteAllTextAsync(jsonFile.FullName, report.ToJson(), cancellation);
            if (result.GetValue(markdown) is { } markdownFile)
                await File.WriteAllTextAsync(markdownFile.FullName, report.ToMarkdown(), cancellation);
        });
        return command;
    }

    private static async Task<CostReport> RunAsync(CostOptions options, string command, string[] leftOut, CancellationToken cancellation)
    {
        var time = TimeProvider.System;
        var benchmark = new CostBenchmark(options, Console.Out, time);
        var report = new CostReport(command, time.GetUtcNow(), TestBed.Machine, await TestBed.GetVersionsAsync(cancellation), leftOut, []);
        foreach (var missing in leftOut)
            Console.WriteLine($"Left out: {missing}.");
        var folder = Directory.CreateTempSubdirectory("shadowproxy-cost-").FullName;
        try
        {
            var certificate = ServerCertificate.Create(folder, time);
            foreach (var workload in options.Rows)
            {
                var row = await benchmark.RunAsync(workload, certificate, folder, cancellation);
                report = report with { Rows = [.. report.Rows, row] };
                Console.WriteLine($"\n{row.Title}\n\n{row.ToTable()}\n");
            }

            return report;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static Option<string[]?> Names(string name, string description, params string[] known)
    {
        var option = new Option<string[]?>(name)
        {
            Description = $"{description}, comma-separated: {string.Join(", ", known)}.",
            CustomParser = result => [.. result.Tokens.SelectMany(Split)],
        };
        option.Validators.Add(result => Require(result, result.Tokens.SelectMany(Split).All(known.Contains), string.Join(", ", known)));
        return option;

        static string[] Split(Token token) => token.Value.Split(',', StringSplitOptions.RemoveEmptyEntries);
    }

    private static void Require(OptionResult result, bool holds, string range)
    {
        if (!holds)
            result.AddError($"{result.Option.Name} takes {range}.");
    }
}
