using ShadowProxy.Configuration;

namespace ShadowProxy.Tests.Simulation;

/// <summary>One node of a loaded cluster sickens: whatever the proxy knows of the others, none of them follows it.</summary>
public sealed class CapacitySimulationTests
{
    private const int Seeds = 700;

    /// <summary>A node that is busy to this part still answers; above, its queue grows without end.</summary>
    private const double Bearable = 1;

    [Theory]
    [InlineData(Knowledge.Limits)]
    [InlineData(Knowledge.Reports)]
    [InlineData(Knowledge.Answers)]
    public void OneNodeSickens_AnyClusterAndLoad_NoOtherIsToppled(Knowledge knowledge)
    {
        var failures = Sweep(Seeds, seed => Draw(seed, knowledge), options =>
        {
            using var cluster = new QueueingCluster(options);
            cluster.RunUntilSick();
            cluster.Run(60);
            var others = cluster.Nodes.Skip(1).ToArray();
            return cluster.Evacuations.Skip(1).Any(count => count > 0) ? $"evacuated {string.Join(' ', cluster.Evacuations)}"
                : others.Max(cluster.LoadOf) >= Bearable ? $"overloaded to {others.Max(cluster.LoadOf):0.00}"
                : null;
        });

        Assert.Empty(failures);
    }

    [Theory]
    [InlineData(Knowledge.Limits)]
    [InlineData(Knowledge.Reports)]
    [InlineData(Knowledge.Answers)]
    public void OneNodeSickens_OthersHaveRoom_ItsFlowsLeave(Knowledge knowledge)
    {
        var failures = Sweep(100, seed => Draw(seed, knowledge) with { Load = 0.3 + (0.2 * seed / 100) }, options =>
        {
            using var cluster = new QueueingCluster(options);
            cluster.RunUntilSick();
            cluster.Run(60);
            return cluster.Sick.Node.Flows > options.SessionsPerNode / 10 ? $"{cluster.Sick.Node.Flows} flows stayed" : null;
        });

        Assert.Empty(failures);
    }

    [Theory]
    [InlineData(Knowledge.Limits)]
    [InlineData(Knowledge.Reports)]
    [InlineData(Knowledge.Answers)]
    public void SickForGood_FlowsReturnOnTrial_TrialsGetRarer(Knowledge knowledge)
    {
        const double minutes = 20;
        var failures = Sweep(30, seed => Draw(seed, knowledge) with { Nodes = 4 + (seed % 4), Failback = FailbackMode.Ramp }, options =>
        {
            using var cluster = new QueueingCluster(options);
            cluster.RunUntilSick();
            cluster.Run(60 * minutes);
            // Holds of 30, 60, 120, 240 and 480 s add up to more.
            return cluster.Evacuations[0] > 5 || cluster.Evacuations.Skip(1).Any(count => count > 0)
                ? $"evacuated {string.Join(' ', cluster.Evacuations)}"
                : null;
        });

        Assert.Empty(failures);
    }

    [Theory]
    [InlineData(Knowledge.Limits)]
    [InlineData(Knowledge.Reports)]
    [InlineData(Knowledge.Answers)]
    public void NobodySick_AnyClusterAndLoad_NobodyIsEvacuated(Knowledge knowledge)
    {
        var failures = Sweep(100, seed => Draw(seed, knowledge) with { Slower = 1 }, options =>
        {
            using var cluster = new QueueingCluster(options);
            cluster.Run(90);
            return cluster.Evacuations.Any(count => count > 0) ? $"evacuated {string.Join(' ', cluster.Evacuations)}" : null;
        });

        Assert.Empty(failures);
    }

    [Fact]
    public void OneNodeSickens_ItsZoneHasRoom_NobodyLeavesTheZone()
    {
        using var cluster = new QueueingCluster(InThreeLayers(0.4));
        cluster.RunUntilSick();
        cluster.Run(60);

        Assert.Equal(0, cluster.Sick.Node.Flows);
        Assert.All(cluster.Nodes.Skip(2), node => Assert.Equal(0, node.Node.Flows));
    }

    [Fact]
    public void OneNodeSickens_ItsZoneHasLittleRoom_TheRestGoesToTheNextZone()
    {
        using var cluster = new QueueingCluster(InThreeLayers(0.7));
        cluster.RunUntilSick();
        cluster.Run(60);

        Assert.Equal(0, cluster.Sick.Node.Flows);
        Assert.InRange(cluster.LoadOf(cluster.Nodes[1]), 0.75, 0.95);
        Assert.InRange(cluster.LoadOf(cluster.Nodes[2]), 0.3, 0.95);
        Assert.Equal(0, cluster.Nodes[3].Node.Flows);
        Assert.Equal(0, cluster.Panics);
    }

    /// <summary>Two nodes in the proxy's zone, one in the next, one in another region.</summary>
    internal static QueueingOptions InThreeLayers(double load) => new()
    {
        Seed = 1,
        Nodes = 4,
        Layers = [1, 1, 2, 3],
        Load = load,
        Knowledge = Knowledge.Reports,
    };

    /// <summary>4 to 100 nodes, most often few, of one worker or several, at a load of 30 to 90%.</summary>
    private static QueueingOptions Draw(int seed, Knowledge knowledge)
    {
        var random = new Random(seed);
        var nodes = (int)(4 * Math.Pow(25, Math.Pow(random.NextDouble(), 4)));
        return new QueueingOptions
        {
            Seed = seed,
            Knowledge = knowledge,
            Nodes = nodes,
            Workers = 1 << random.Next(5),
            Load = 0.3 + (0.6 * random.NextDouble()),
            Slower = 2 + (8 * random.NextDouble()),
        };
    }

    private static string[] Sweep(int seeds, Func<int, QueueingOptions> draw, Func<QueueingOptions, string?> run)
    {
        var failures = new string?[seeds];
        Parallel.For(0, seeds, seed =>
        {
            var options = draw(seed);
            if (run(options) is { } failure)
                failures[seed] = $"{failure}: {options}";
        });
        return [.. failures.OfType<string>()];
    }
}
