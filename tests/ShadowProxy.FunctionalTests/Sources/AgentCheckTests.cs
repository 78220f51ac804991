using System.Net.Sockets;
using ShadowProxy.FunctionalTests.Edge;
using ShadowProxy.FunctionalTests.Infrastructure;
using ShadowProxy.Lab.Backends;
using ShadowProxy.Migration;
using ShadowProxy.Monitoring;
using ShadowProxy.Telemetry;

namespace ShadowProxy.FunctionalTests.Sources;

/// <summary>Agents of agent-check, over real sockets; the real HAProxy asks them, too.</summary>
public sealed class AgentCheckTests : IDisposable
{
    private readonly EdgeFiles _files = new();

    public void Dispose() => _files.Dispose();

    public static TheoryData<string, SourceState> Broken => new()
    {
        { "silent", SourceState.Failing },
        { "hanging", SourceState.Failing },
        { "mute", SourceState.Nonsense },
        { "garbage", SourceState.Nonsense },
        { "oversize", SourceState.Nonsense },
        { "refused", SourceState.Failing },
    };

    /// <summary>One line after the other, since what a line leaves out stays as it was.</summary>
    [Fact]
    public async Task Agent_AnyLine_IsReadAsHaproxyReadsIt()
    {
        Assert.SkipWhen(Haproxy.Program is null, "haproxy is not installed");
        await using var agent = new ScriptedAgent();
        await using var nodes = await StartAsync(agent);
        await using var haproxy = await Haproxy.StartAsync(
            _files.PathOf("haproxy.cfg"), nodes[0].Backend.Address, "mode http",
            $"check inter 100ms agent-check agent-port {agent.Port} agent-inter 100ms weight 100");

        foreach (var (line, status, weight, limit) in ((string, string, int, string)[])
        [
            ("up", "UP", 100, ""),
            ("50%", "UP", 50, ""),
            ("up\t30%,maxconn:20", "UP", 30, "20"),
            ("maxconn:0", "UP", 30, ""),
            ("Drain", "DRAIN", 30, ""),
            ("up 100%", "DRAIN", 100, ""),
            ("ready", "UP", 100, ""),
            ("down # no disk", "DOWN", 100, ""),
            ("75%", "DOWN", 75, ""),
            ("what is this", "DOWN", 75, ""),
            ("ready", "DOWN", 75, ""),
            ("UP", "UP", 75, ""),
            ("stopped up fail", "DOWN", 75, ""),
            ("fail,up", "UP", 75, ""),
            ("maint", "MAINT", 75, ""),
            ("ready up 40%x", "UP", 75, ""),
            ("10% 20%", "UP", 20, ""),
            ("# down", "UP", 20, ""),
            ("-5% 30%", "UP", 30, ""),
            ("down#full", "UP", 30, ""),
            ("up;down", "UP", 30, ""),
            ("100%", "UP", 100, ""),
        ])
        {
            agent.Line = line;
            var asked = agent.Asked;
            // Both of them have heard it then: one asks ten times a second, the other five times.
            await Patience.EventuallyAsync(() => agent.Asked >= asked + 6);
            var seen = "";
            try
            {
                await Patience.EventuallyAsync(async _ =>
                {
                    var server = await haproxy.ServerAsync();
                    var theirs = $"{server["status"].Split(' ')[0]} {server["weight"]} {server["slim"].TrimStart('0')}";
                    var said = Source(nodes, "n0").Says ?? "";
                    var ours = $"{Status(said)} {Weight(said)} {Limit(said)}";
                    seen = $"after '{line}': HAProxy {theirs}, ShadowProxy {ours} ('{said}'), {nodes.Status("n0").State}";
                    var isLeaving = nodes.Status("n0").State is NodeState.Evacuating or NodeState.Evacuated;
                    var expected = $"{status} {weight} {limit}";
                    return (theirs, ours, isLeaving) == (expected, expected, status != "UP");
                });
            }
            catch (OperationCanceledException)
            {
                Assert.Fail(seen);
            }
        }
    }

    [Fact]
    public async Task Agent_OfASampleBackend_IsHeard()
    {
        var port = FreePort.Find();
        await using var backend = SampleBackend.Build(new SampleBackendOptions { AgentPort = port }, TextWriter.Null);
        await backend.StartAsync();
        await using var proxy = await TestProxy.StartAsync(new ProxyConfiguration
        {
            Nodes = [new TestNode("n0", new Uri(backend.Urls.Single()))],
            Shadowing = $$""" { "Defaults": { "Sources": { "AgentCheck": { "Port": {{port}}, "Interval": "00:00:00.2" } } } } """,
        });

        await Patience.EventuallyAsync(() => proxy.Control.GetNodes().Single().Sources.Any(
            source => source is { Source: "agent-check", State: SourceState.Ok, Says: "up", Readings: > 2 }));
    }

    [Theory]
    [MemberData(nameof(Broken))]
    public async Task Agent_Broken_IsShownAndHarmsNobody(string how, SourceState state)
    {
        await using var broken = new ScriptedAgent();
        await using var well = new ScriptedAgent { Line = "up 90%" };
        await using var nodes = await StartAsync(broken, well);
        await using var load = Load(nodes);
        await Patience.EventuallyAsync(() => Source(nodes, "n0").State == SourceState.Ok && Source(nodes, "n1").State == SourceState.Ok);

        Break(broken, how);
        await Patience.EventuallyAsync(() => Source(nodes, "n0").State == state);
        var others = Source(nodes, "n1").Readings;
        await Patience.EventuallyAsync(() => Source(nodes, "n1").Readings >= others + 5);
        await load.AnswersAsync(100);

        Assert.Equal((NodeState.Healthy, 1.0), (nodes.Status("n0").State, nodes.Status("n0").AdmittedShare));
        Assert.Contains("up", Source(nodes, "n0").Says ?? "up", StringComparison.Ordinal);
        Assert.NotNull(Source(nodes, "n0").Error);
        Assert.Empty(await load.StopAsync());
    }

    [Fact]
    public async Task Agent_Flapping_FailsNoRequestAndIsFollowedInTheEnd()
    {
        await using var agent = new ScriptedAgent();
        await using var well = new ScriptedAgent();
        await using var nodes = await StartAsync(agent, well);
        await using var load = Load(nodes);

        for (var i = 0; i < 10; i++)
        {
            agent.Line = i % 2 == 0 ? "down" : "up ready";
            var asked = agent.Asked;
            await Patience.EventuallyAsync(() => agent.Asked > asked + 1);
        }

        agent.Line = "down # for good";
        await Patience.EventuallyAsync(() => nodes.Status("n0").State == NodeState.Evacuated);
        await load.AnswersAsync(50);

        Assert.Empty(await load.StopAsync());
        Assert.Contains("for good", Source(nodes, "n0").Says, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Drain_Announced_ItsFlowsLeaveAndComeBackOnTrialAndSilenceUndoesNothing()
    {
        await using var agent = new ScriptedAgent();
        await using var well = new ScriptedAgent();
        await using var nodes = await StartAsync(agent, well);
        var visitor = await nodes.VisitorOfAsync("n0");
        await using var load = Load(nodes);

        agent.Line = "drain # a deployment";
        await Patience.EventuallyAsync(() => nodes.Status("n0").State == NodeState.Evacuated);
        var moved = await visitor.GetAsync();
        agent.Answer = (_, stop) => Task.Delay(Timeout.Infinite, stop);
        await Patience.EventuallyAsync(() => Source(nodes, "n0").State == SourceState.Failing);
        var silent = nodes.Status("n0");
        agent.Answer = null;
        agent.Line = "ready";
        await Patience.EventuallyAsync(() => nodes.Status("n0").State == NodeState.Probation);

        Assert.Equal(("n1", MigrationReason.Drained), (moved.Body, moved.Reason));
        Assert.Equal((NodeState.Evacuated, MigrationReason.Drained), (silent.State, silent.Reason));
        Assert.Contains(silent.Evidence, evidence => evidence.Text.Contains("a deployment", StringComparison.Ordinal));
        Assert.Empty(await load.StopAsync());
    }

    [Fact]
    public async Task Weight_OfANode_LowersItsShareOfNewFlowsAlone()
    {
        await using var agent = new ScriptedAgent { Line = "25%" };
        await using var well = new ScriptedAgent();
        await using var nodes = await StartAsync(agent, well);

        await Patience.EventuallyAsync(() => nodes.Status("n0").AdmittedShareOfNew == 0.25);

        Assert.Equal((NodeState.Healthy, 1.0), (nodes.Status("n0").State, nodes.Status("n0").AdmittedShare));
    }

    private static Task<TestNodes> StartAsync(params ScriptedAgent[] agents) => TestNodes.StartAsync(agents.Length, configuration => configuration with
    {
        Nodes = [.. configuration.Nodes.Zip(agents, (node, agent) => node with { Metadata = [("AgentPort", $"{agent.Port}")] })],
        Shadowing = TestNodes.Shadowing(""" "Defaults": { "Hedging": false, "Sources": { "AgentCheck": { "Interval": "00:00:00.2" } } } """),
    }, stepped: false);

    private static ClosedLoop Load(TestNodes nodes)
    {
        var visitors = Enumerable.Range(0, ClosedLoop.Workers).Select(_ => nodes.CreateVisitor()).ToArray();
        return new ClosedLoop(async (worker, _) => await visitors[worker].GetAsync() is { Status: not System.Net.HttpStatusCode.OK } visit ? $"{visit}" : null);
    }

    private static SourceStatus Source(TestNodes nodes, string node) =>
        nodes.Status(node).Sources.SingleOrDefault(source => source.Source == "agent-check")
        ?? new SourceStatus("agent-check", SourceState.Silent, double.NaN, null, null, 0, 0, 0);

    private static void Break(ScriptedAgent agent, string how)
    {
        switch (how)
        {
            case "refused":
                agent.StopListening();
                break;
            case "silent":
                agent.Answer = (_, stop) => Task.Delay(Timeout.Infinite, stop);
                break;
            case "hanging":
                agent.Answer = async (socket, stop) =>
                {
                    await socket.SendAsync("down"u8.ToArray(), stop);
                    await Task.Delay(Timeout.Infinite, stop);
                };
                break;
            case "mute":
                agent.Answer = (_, _) => Task.CompletedTask;
                break;
            case "garbage":
                agent.Line = "\u0001\u00fedown\u0000 HTTP/1.1";
                break;
            default:
                agent.Answer = FloodAsync;
                break;
        }
    }

    private static async Task FloodAsync(Socket socket, CancellationToken stop)
    {
        var much = new byte[64 * 1024];
        much.AsSpan().Fill((byte)'x');
        while (true)
            await socket.SendAsync(much, stop);
    }

    private static string Status(string said) =>
        said.Contains("maint", StringComparison.Ordinal) ? "MAINT"
        : !said.StartsWith("up", StringComparison.Ordinal) ? "DOWN"
        : said.Contains("drain", StringComparison.Ordinal) ? "DRAIN" : "UP";

    private static string Weight(string said) => said.Split(' ').FirstOrDefault(word => word.EndsWith('%'))?.TrimEnd('%') ?? "100";

    private static string Limit(string said) =>
        said.Split(' ').FirstOrDefault(word => word.StartsWith("maxconn:", StringComparison.Ordinal))?["maxconn:".Length..] ?? "";
}
