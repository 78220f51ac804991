using System.CommandLine;
using ShadowProxy.Edge.Evaluation;

namespace ShadowProxy.Edge.Commands;

/// <summary><c>shadowproxy evaluate</c>: the Flow Monitor's detector over recorded telemetry, and how its alarms meet what operators saw.</summary>
internal static class EvaluateCommand
{
    private const int Interrupted = 130;
    private const string Stdout = "-";

    /// <summary>The command with its options.</summary>
    public static Command Create()
    {
        var formats = string.Join(", ", TelemetryFormats.All.Select(format => format.Name));
        var data = new Option<string>("--data") { Description = "The directory with the recorded telemetry", HelpName = "DIR", Required = true };
        var format = new Option<string>("--format")
        {
            Description = $"How it is recorded: {formats}",
            HelpName = "NAME",
            DefaultValueFactory = _ => TelemetryFormats.All[0].Name,
        };
        format.Validators.Add(result =>
        {
            if (result.Tokens is [var name] && TelemetryFormats.Find(name.Value) is null)
                result.AddError($"--format {name.Value}: no such format, want one of {formats}.");
        });
        var json = new Option<string?>("--json")
        {
            Description = "Write the figures to this file as JSON; - for stdout, with nothing else there",
            HelpName = "FILE",
        };
        var alarms = new Option<string?>("--alarms") { Description = "Write the alarms to this file, as node,timestamp,score", HelpName = "FILE" };
        var folds = new Option<string[]>("--folds")
        {
            Description = "Score each fold, nodes joined by commas, at the threshold that did best on the other folds, too: --folds 1-2,1-5 1-7,1-8",
            HelpName = "A,B C,D",
            AllowMultipleArgumentsPerToken = true,
        };
        var command = new Command("evaluate", "Runs the anomaly detector over recorded telemetry: recall, delay, false alarms, and what chance would reach.")
        {
            data, format, json, alarms, folds,
        };
        command.SetAction((parsed, stop) =>
        {
            var recordings = TelemetryFormats.Find(parsed.GetValue(format)!)!.Read(parsed.GetValue(data)!);
            const StringSplitOptions Names = StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries;
            string[][] partition = [.. (parsed.GetValue(folds) ?? []).Select(fold => fold.Split(',', Names))];
            return Task.Run(() => Evaluate(recordings, partition, parsed.GetValue(json), parsed.GetValue(alarms), stop), CancellationToken.None);
        });
        return command;
    }

    private static int Evaluate(IEnumerable<RecordedNode> recordings, string[][] folds, string? json, string? alarms, CancellationToken stop)
    {
        try
        {
            // Opened first: who cannot be given the result wants to know before it is calculated.
            using var jsonFile = json is null or Stdout ? null : new StreamWriter(json);
            using var alarmsFile = alarms is null ? null : new StreamWriter(alarms);
            var report = Evaluator.Run(recordings, folds, stop);
            jsonFile?.WriteLine(report.ToJson());
            if (alarmsFile is not null)
                Evaluator.WriteAlarms(alarmsFile, report.Nodes);
            if (json == Stdout)
                Console.Out.WriteLine(report.ToJson());
            else
                report.Write(Console.Out);
            return 0;
        }
        catch (Exception exception) when (exception is TelemetryException or FormatException or IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine(exception.Message);
            return 1;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return Interrupted;
        }
    }
}
