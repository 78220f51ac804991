using System.Globalization;
using System.Text;

namespace ShadowProxy.Tests.Simulation;

/// <summary>Writes the table of the README of the tests, <c>capacity.md</c> beside the tests: thousands of runs, minutes of computing.</summary>
public sealed class CapacityTableTests
{
    private static readonly double[] Loads = [0.3, 0.5, 0.6, 0.7, 0.8, 0.9];
    private static readonly Size[] Sizes = [new(4, 4, 30), new(5, 8, 30), new(9, 24, 12), new(25, 100, 6)];

    private readonly record struct Size(int Fewest, int Most, int Seeds);

    private enum Case
    {
        NobodySick,
        Limits,
        Reports,
        Answers,
    }

    [Fact(Explicit = true)]
    public void Write_EveryLoadAndSizeAndKnowledge()
    {
        var table = new StringBuilder("| what is known of room | load | 4 nodes | 5 to 8 | 9 to 24 | 25 to 100 |\n|---|---|---|---|---|---|\n");
        foreach (var @case in Enum.GetValues<Case>())
        {
            foreach (var load in Loads)
            {
                table.Append(CultureInfo.InvariantCulture, $"| {Name(@case)} | {load:0%} |");
                foreach (var size in Sizes)
                    table.Append(CultureInfo.InvariantCulture, $" {Cell(@case, load, size)} |");
                table.Append('\n');
                File.WriteAllText(Path.Combine(AppContext.BaseDirectory, "capacity.md"), table.ToString());
            }
        }
    }

    private static string Name(Case @case) => @case switch
    {
        Case.NobodySick => "(nobody is sick)",
        Case.Limits => "limits",
        Case.Reports => "reports",
        _ => "answers alone",
    };

    /// <summary>Of a hundred runs, in how many another node was evacuated; and in how many one ended with more than it can serve.</summary>
    private static string Cell(Case @case, double load, Size size)
    {
        int evacuated = 0, overloaded = 0;
        Parallel.For(0, size.Seeds, seed =>
        {
            using var cluster = new QueueingCluster(new QueueingOptions
            {
                Seed = seed,
                Load = load,
                Nodes = size.Fewest + (seed * (size.Most - size.Fewest) / (size.Seeds - 1)),
                Workers = 1 << (seed % 5),
                Knowledge = @case switch { Case.Limits => Knowledge.Limits, Case.Reports => Knowledge.Reports, _ => Knowledge.Answers },
                Slower = @case == Case.NobodySick ? 1 : 2 + (seed % 8),
            });
            cluster.RunUntilSick(45);
            var before = cluster.Evacuations.ToArray();
            cluster.Run(45);
            var others = @case == Case.NobodySick ? cluster.Nodes : cluster.Nodes[1..];
            var counted = cluster.Evacuations.Select((count, i) => @case == Case.NobodySick ? count : count - before[i]).TakeLast(others.Length);
            if (counted.Any(count => count > 0))
                Interlocked.Increment(ref evacuated);
            if (others.Max(cluster.LoadOf) >= 1)
                Interlocked.Increment(ref overloaded);
        });
        return string.Create(CultureInfo.InvariantCulture, $"{100.0 * evacuated / size.Seeds:0} · {100.0 * overloaded / size.Seeds:0}");
    }
}
