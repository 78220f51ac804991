using System.CommandLine;
using System.CommandLine.Parsing;
using ShadowProxy.Benchmarks.Cost.Proxies;
using ShadowProxy.Benchmarks.Cost.Workloads;

namespace ShadowProxy.Benchmarks.Cost;

/// <summary><c>cost</c>: what a request costs in ShadowProxy, in plain YARP and in other proxies.</summary>
internal static class CostCommand
{
    private static readonly string[] QuickProxies = ["straight", "haproxy", "nginx", ProxyKind.Reference, "shadowproxy"];
    private static readonly string[] Proxies = [.. QuickProxies, "plugin"];
    private static readonly string[] RowNames = [.. Workload.All.Select(row => row.Name)];
    private static readonly string[] QuickRowNames = [.. RowNames.Except(["get-64k"])];

    public static Command Create()
    {
        var rows = Names("--rows", "What is asked", RowNames);
        var proxies = Names("--proxies", "Who is asked", [.. ProxyKind.All([]).Select(proxy => proxy.Name)]);
        var rounds = new Option<int?>("--rounds") { Description = "How many times each is measured in each row. [default: 6]" };
        var seconds = new Option<int?>("--seconds") { Description = "How long a run takes. [default: 2]" };
        var quick = new Option<bool>("--quick") { Description = "One round of one second without `plugin` and `get-64k`: a first look." };
        var saturated = new Option<bool>("--saturated") { Description = "No runs at a fixed rate, only those without pause." };
        var reports = new Option<bool>("--reports") { Description = "The nodes report their load with each answer." };
        var control = new Option<bool>("--control") { Description = "A second plain YARP: how far noise alone goes." };
        var edge = new Option<FileInfo?>("--edge") { Description = "The program `shadowproxy`, by default as built with this." };
        var json = new Option<FileInfo?>("--json") { Description = "A file for all figures." };
        var markdown = new Option<FileInfo?>("--markdown") { Description = "A file for the tables." };
        rounds.Validators.Add(result => Require(result, result.GetValueOrDefault<int?>() is null or (>= 1 and <= 1000), "1 to 1000"));
        seconds.Validators.Add(result => Require(result, result.GetValueOrDefault<int?>() is null or (>= 1 and <= 600), "1 to 600"));

        var cost = new Command("cost", "CPU, throughput, latency, memory of ShadowProxy, plain YARP and others under the same load.")
        {
            rows, proxies, rounds, seconds, quick, saturated, reports, control, edge, json, markdown,
        };
        cost.SetAction(async (result, cancellation) =>
        {
            var hurried = result.GetValue(quick);
            var names = Given(result.GetValue(proxies), hurried ? QuickProxies : Proxies).ToHashSet();
            if (result.GetValue(control))
                names.Add(ProxyKind.Control);
            IReadOnlyList<string> command = result.GetValue(edge) is { } program ? [program.FullName] : EdgeServer.Built;
            var titles = Given(result.GetValue(rows), hurried ? QuickRowNames : RowNames);
            var options = new CostOptions(
                [.. Workload.All.Where(row => titles.Contains(row.Name))],
                [.. ProxyKind.All(command).Where(kind => names.Contains(kind.Name))],
                result.GetValue(rounds) ?? (hurried ? 1 : 6),
                TimeSpan.FromSeconds(result.GetValue(seconds) ?? (hurried ? 1 : 2)),
                Patience: hurried ? 2 : 3,
                Paced: !result.GetValue(saturated),
                result.GetValue(reports));
            var line = string.Join(' ', result.Tokens.Select(token => token.Value));
            var report = await new CostBenchmark(options, Console.Out, TimeProvider.System).RunAsync(line, cancellation);
            if (result.GetValue(json) is { } jsonFile)
                await File.WriteAllTextAsync(jsonFile.FullName, report.ToJson(), cancellation);
            if (result.GetValue(markdown) is { } markdownFile)
                await File.WriteAllTextAsync(markdownFile.FullName, report.ToMarkdown(), cancellation);
        });
        return cost;
    }

    private static string[] Given(string[]? names, string[] byDefault) => names is { Length: > 0 } ? names : byDefault;

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
