using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace ShadowProxy.Benchmarks.Scale;

/// <summary><c>scale</c>: what many flows and many nodes cost.</summary>
internal static class ScaleCommand
{
    private static readonly ScalePart[] Parts = Enum.GetValues<ScalePart>();
    private static readonly int[] Sizes = [100_000, 1_000_000, 3_000_000, 10_000_000];

    /// <summary>The command with its options.</summary>
    public static Command Create()
    {
        var parts = List("--parts", $"What to measure, of {string.Join(", ", Parts).ToLowerInvariant()}", Parts, TryParsePart);
        var sizes = List("--sizes", "Flows in the tables, 1,000 to 50,000,000; 10,000,000 take 2 GB", Sizes, TryParseSize);
        var signatures = new Option<int>("--signatures")
        {
            Description = "New signatures of each flood.",
            DefaultValueFactory = _ => 1_000_000,
        };
        var json = new Option<FileInfo?>("--json") { Description = "A file for all figures." };
        var markdown = new Option<FileInfo?>("--markdown") { Description = "A file for the tables." };
        var scale = new Command("scale", "Memory, cost, pauses and waits with many flows; the monitor with many nodes; a flood of new signatures.")
        {
            parts, sizes, signatures, json, markdown,
        };
        scale.SetAction(async (result, cancellation) =>
        {
            var options = new ScaleOptions(result.GetValue(parts)!, result.GetValue(sizes)!, result.GetValue(signatures));
            var line = string.Join(' ', result.Tokens.Select(token => token.Value));
            var report = await new ScaleBenchmark(options, Console.Out, TimeProvider.System).RunAsync(line, cancellation);
            if (result.GetValue(json) is { } jsonFile)
                await File.WriteAllTextAsync(jsonFile.FullName, report.ToJson(), CancellationToken.None);
            if (result.GetValue(markdown) is { } markdownFile)
                await File.WriteAllTextAsync(markdownFile.FullName, report.ToMarkdown(), CancellationToken.None);
        });
        return scale;
    }

    private delegate bool TryParse<T>(string text, out T value);

    private static Option<T[]> List<T>(string name, string description, T[] byDefault, TryParse<T> tryParse)
    {
        return new Option<T[]>(name)
        {
            Description = $"{description}; separated by commas [default: {string.Join(',', byDefault).ToLowerInvariant()}]",
            HelpName = "A,B",
            DefaultValueFactory = _ => byDefault,
            CustomParser = Parse,
        };

        T[] Parse(ArgumentResult result)
        {
            var values = new List<T>();
            foreach (var text in result.Tokens.SelectMany(token => token.Value.Split(',', StringSplitOptions.TrimEntries)))
            {
                if (tryParse(text, out var value))
                    values.Add(value);
                else
                    result.AddError($"{name} does not take {text}.");
            }

            return [.. values];
        }
    }

    private static bool TryParsePart(string text, out ScalePart part) => Enum.TryParse(text, ignoreCase: true, out part) && Enum.IsDefined(part);

    private static bool TryParseSize(string text, out int size) =>
        int.TryParse(text, CultureInfo.InvariantCulture, out size) && size is >= 1000 and <= 50_000_000;
}
