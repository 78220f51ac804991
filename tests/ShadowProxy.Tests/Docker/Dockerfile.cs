using System.Text.RegularExpressions;

namespace ShadowProxy.Tests.Docker;

/// <summary>A Dockerfile as a list of instructions in stages; of the format, what this repository's own uses.</summary>
internal sealed partial class Dockerfile
{
    private Dockerfile(IReadOnlyList<DockerfileStage> stages) => Stages = stages;

    public IReadOnlyList<DockerfileStage> Stages { get; }

    /// <exception cref="FormatException">A line is no instruction, or stands before the first stage.</exception>
    public static Dockerfile Parse(string text)
    {
        var stages = new List<DockerfileStage>();
        var lines = text.Split('\n').Where(line => !line.TrimStart().StartsWith('#')).ToArray();
        foreach (var line in string.Join('\n', lines).Replace("\\\n", " ", StringComparison.Ordinal).Split('\n'))
        {
            if (string.IsNullOrWhiteSpace(line))
                continue;
            var instruction = Instruction().Match(line);
            if (!instruction.Success)
                throw new FormatException($"No instruction: {line}");
            var (name, arguments) = (instruction.Groups[1].Value, instruction.Groups[2].Value.Trim());
            if (name == "FROM")
                stages.Add(DockerfileStage.From(arguments));
            else if (stages.Count == 0)
                throw new FormatException($"Before the first stage: {line}");
            else
                stages[^1].Instructions.Add((name, arguments));
        }

        return new Dockerfile(stages);
    }

    [GeneratedRegex("^([A-Z]+) (.+)$")]
    private static partial Regex Instruction();
}

/// <summary>A stage: the image it starts from, its name, and what is done there.</summary>
internal sealed record DockerfileStage(string Image, string Name)
{
    public List<(string Name, string Arguments)> Instructions { get; } = [];

    /// <summary>The arguments of an instruction that stands once.</summary>
    public string Single(string instruction) => Instructions.Single(found => found.Name == instruction).Arguments;

    /// <summary>What is copied: from where, and to where, with the flags before.</summary>
    public IEnumerable<(string Flags, string[] Sources, string Target)> Copies() =>
        from copy in Instructions
        where copy.Name == "COPY"
        let words = copy.Arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries)
        let paths = words.Where(word => !word.StartsWith("--", StringComparison.Ordinal)).ToArray()
        select (string.Join(' ', words.Except(paths)), paths[..^1], paths[^1]);

    public static DockerfileStage From(string arguments) => arguments.Split(' ') is [var image, "AS", var name]
        ? new DockerfileStage(image, name)
        : throw new FormatException($"FROM {arguments}");
}
