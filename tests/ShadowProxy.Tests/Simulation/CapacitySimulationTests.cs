using ShadowProxy.Configuration;

namespace ShadowProxy.Tests.Simulation;

/// <summary>One node of a loaded cluster sickens: whatever the proxy knows of the others, none of them follows it.</summary>
public sealed class CapacitySimulationTests
{
    private const int Seeds = 50;

    private const double NearSaturation = 0.75;

    /// <summary>Of a hundred flows.</summary>
    private const long Strays = 3;

    /// <summary>A node that is busy to this part still answers; above, its queue grows without end.</summary>
    private const double Bearable = 1;

    [Theory]
    [InlineData(Knowledge.Limits)]
    [InlineData(Knowledge.Reports)]
    [InlineData(Knowledge.Answers)]
    public void OneNodeSickens_AnyClusterAndLoad_NoOtherIsEvacuated(Knowledge knowledge)
    {
        var failures = Sweep(Seeds, seed => Draw(seed, knowledge), options =>
        {
            using var cluster = new QueueingCluster(options);
            cluster.RunUntilSick();
            var before = cluster.Evacuations.Skip(1).Sum();
            cluster.Run(60);
            return cluster.Evacuations.Skip(1).Sum() > before ? $"evacuated {string.Join(' ', cluster.Evacuations)}" : null;
        });

        AssertRare(failures);
    }

    [Theory]
    [InlineData(Knowledge.Limits)]
    [InlineData(Knowledge.Reports)]
    [InlineData(Knowledge.Answers)]
    public void OneNodeSickens_OthersHaveRoom_ItsFlowsLeaveAndNobodyIsOverloaded(Knowledge knowledge)
    {
        var failures = Sweep(Seeds, seed => Draw(seed, knowledge, mostLoad: 0.5), options =>
        {
            using var cluster = new QueueingCluster(options);
            cluster.RunUntilSick();
            cluster.Run(60);
            var most = cluster.Nodes.Skip(1).Max(cluster.LoadOf);
            return most >= Bearable ? $"overloaded to {most:0.00}"
                : cluster.Evacuations[0] > 0 && cluster.Sick.Node.Flows > options.SessionsPerNode / 10 ? $"{cluster.Sick.Node.Flows} flows stayed"
                : null;
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
        var failures = Sweep(Seeds / 4, seed => Draw(seed, knowledge) with { Nodes = 4 + (seed % 4), Failback = FailbackMode.Ramp }, options =>
        {
            using var cluster = new QueueingCluster(options);
            cluster.RunUntilSick();
            cluster.Run(60 * minutes);
            // After the first, holds of 30, 60, 120, 240 and 480 s; with the next, of 600 s, they add up to more.
            return cluster.Evacuations[0] > 6 ? $"evacuated {string.Join(' ', cluster.Evacuations)}" : null;
        });

        Assert.Empty(failures);
    }

    [Fact]
    public void NobodySick_AnyClusterAndLoad_NobodyIsEvacuated()
    {
        var failures = Sweep(Seeds, seed => Draw(seed, Knowledge.Answers) with { Slower = 1 }, options =>
        {
            using var cluster = new QueueingCluster(options);
            cluster.Run(90);
            return cluster.Evacuations.Any(count => count > 0) ? $"evacuated {string.Join(' ', cluster.Evacuations)}" : null;
        });

        AssertRare(failures);
    }

    [Fact]
    public void NobodySick_ManyNodesThatServeOneAtATime_NobodyIsEvacuated()
    {
        var failures = Sweep(Seeds / 4, seed => Draw(seed, Knowledge.Answers) with { Nodes = 9 + (4 * seed), Workers = 1, Load = 0.6, Slower = 1 }, options =>
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

        // A flow or two go where the load of a moment sends them.
        Assert.InRange(cluster.Sick.Node.Flows, 0, Strays);
        Assert.InRange(cluster.Nodes.Skip(2).Sum(node => node.Node.Flows), 0, Strays);
    }

    [Fact]
    public void OneNodeSickens_ItsZoneHasLittleRoom_TheRestGoesToTheNextZone()
    {
        using var cluster = new QueueingCluster(InThreeLayers(0.7));
        cluster.RunUntilSick();
        cluster.Run(60);

        Assert.InRange(cluster.Sick.Node.Flows, 0, Strays);
        Assert.InRange(cluster.LoadOf(cluster.Nodes[1]), 0.75, Bearable);
        Assert.InRange(cluster.LoadOf(cluster.Nodes[2]), 0.3, Bearable);
        Assert.InRange(cluster.Nodes[3].Node.Flows, 0, Strays);
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

    /// <summary>4 to 100 nodes, most often few, of 1 to 16 workers, at a load of 30 to 90%.</summary>
    private static QueueingOptions Draw(int seed, Knowledge knowledge, double mostLoad = 0.9)
    {
        var random = new Random(seed);
        var nodes = (int)(4 * Math.Pow(25, Math.Pow(random.NextDouble(), 4)));
        return new QueueingOptions
        {
            Seed = seed,
            Knowledge = knowledge,
            Nodes = nodes,
            Workers = 1 << random.Next(5),
            Load = 0.3 + ((mostLoad - 0.3) * random.NextDouble()),
            Slower = 2 + (8 * random.NextDouble()),
        };
    }

    /// <summary>Near saturation, chance fills a queue now and then as sickness would: there it may happen in one of ten runs; below, in none.</summary>
    private static void AssertRare((QueueingOptions Options, string Text)[] failures)
    {
        Assert.DoesNotContain(failures, failure => failure.Options.Load < NearSaturation);
        Assert.True(failures.Length <= Seeds / 10, string.Join('\n', failures));
    }

    private static (QueueingOptions Options, string Text)[] Sweep(int seeds, Func<int, QueueingOptions> draw, Func<QueueingOptions, string?> run)
    {
        var failures = new (QueueingOptions Options, string Text)?[seeds];
        Parallel.For(0, seeds, seed =>
        {
            var options = draw(seed);
            if (run(options) is { } failure)
                failures[seed] = (options, failure);
        });
        return [.. failures.OfType<(QueueingOptions Options, string Text)>()];
    }
}
