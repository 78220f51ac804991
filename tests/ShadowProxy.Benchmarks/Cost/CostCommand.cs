using System.CommandLine;

namespace ShadowProxy.Benchmarks.Cost;

/// <summary><c>cost</c>: CPU a request against plain YARP.</summary>
internal static class CostCommand
{
    public static Command Create()
    {
        var rounds = new Option<int>("--rounds") { Description = "Pairs of runs.", DefaultValueFactory = _ => 24 };
        var seconds = new Option<double>("--seconds") { Description = "About how long a run takes.", DefaultValueFactory = _ => 2 };
        var reports = new Option<bool>("--reports") { Description = "The backends report their load with each answer." };
        var saturated = new Option<bool>("--saturated") { Description = "Load without pause, instead of one rate for both: half of what plain YARP can do." };
        var control = new Option<bool>("--control") { Description = "Plain YARP against itself: how far noise alone goes." };
        var json = new Option<FileInfo?>("--json") { Description = "A file for the figures." };
        rounds.Validators.Add(result => Require(result, result.GetValueOrDefault<int>() is >= 1 and <= 1000, "1 to 1000"));
        seconds.Validators.Add(result => Require(result, result.GetValueOrDefault<double>() is >= 0.5 and <= 600, "0.5 to 600"));

        var command = new Command("cost", "CPU a request of ShadowProxy against plain YARP, the same load in alternating runs.")
        {
            rounds, seconds, reports, saturated, control, json,
        };
        command.SetAction(async (result, cancellation) =>
        {
            var benchmark = new CostBenchmark(
                result.GetValue(rounds),
                TimeSpan.FromSeconds(result.GetValue(seconds)),
                result.GetValue(reports),
                result.GetValue(saturated),
                result.GetValue(control) ? Role.Plain : Role.Shadow);
            var report = await benchmark.RunAsync(Console.Out, cancellation);
            Console.WriteLine();
            Console.WriteLine(CostReport.Header);
            Console.WriteLine(CostReport.Row("plain", report.Plain));
            Console.WriteLine(CostReport.Row(report.Compared, report.Shadow));
            Console.WriteLine(report.Summary);
            if (result.GetValue(json) is { } file)
                await File.WriteAllTextAsync(file.FullName, report.ToJson(), cancellation);
        });
        return command;
    }

    private static void Require(System.CommandLine.Parsing.OptionResult result, bool holds, string range)
    {
        if (!holds)
            result.AddError($"{result.Option.Name} takes {range}.");
    }
}
