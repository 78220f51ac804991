using ShadowProxy.Monitoring;
using ShadowProxy.Nodes;
using ShadowProxy.Signals;
using ShadowProxy.Tests.Nodes;

namespace ShadowProxy.Tests.Monitoring;

/// <summary>
/// A cluster under load on a clock of its own: sessions ask at random, the router places them, the nodes answer as the test says, and the
/// monitor ticks every 100 ms. Ten minutes take well under a second.
/// </summary>
internal sealed class ClusterSimulation : IDisposable
{
    private const double TickSeconds = 0.1;

    private readonly Random _random;
    private readonly RouteNorm _norm = new();
    private readonly double[] _lowestShares;
    private readonly NodeState[] _worstStates;
    private int _ticks;

    public ClusterSimulation(int nodes, int seed = 1)
    {
        _random = new Random(seed);
        Engine.SetNodes(nodes);
        _lowestShares = [.. Enumerable.Repeat(1.0, nodes)];
        _worstStates = new NodeState[nodes];
        Received = new int[nodes];
        Answer = (_, _) => Well();
    }

    public TestEngine Engine { get; } = new();

    public Node[] Nodes => Engine.Nodes;

    public int Sessions { get; init; } = 200;

    public int RequestsPerSecond { get; init; } = 200;

    /// <summary>So many sessions end and as many begin, a second.</summary>
    public double NewSessionsPerSecond { get; init; }

    /// <summary>Seconds between two probes of a node; they follow <see cref="IsAlive"/>.</summary>
    public double? ProbeInterval { get; init; } = 1;

    /// <summary>Seconds since the start.</summary>
    public double Seconds => _ticks * TickSeconds;

    /// <summary>How a node, by its index, answers a session.</summary>
    public Func<int, int, (Outcome Outcome, double LatencyMs)> Answer { get; set; }

    /// <summary>The CPU utilisation that a node, by its index, reports; NaN = it reports nothing.</summary>
    public Func<int, double> Cpu { get; set; } = _ => double.NaN;

    /// <summary>What a node, by its index, reports besides, wherever it reports its CPU.</summary>
    public Func<int, Dictionary<string, double>> NamedMetrics { get; set; } = _ => [];

    /// <summary>Whether a node, by its index, answers probes.</summary>
    public Func<int, bool> IsAlive { get; set; } = _ => true;

    /// <summary>Requests that each node received.</summary>
    public int[] Received { get; }

    /// <summary>Runs after each tick.</summary>
    public Action? AfterTick { get; set; }

    public IEnumerable<(string Node, string From, string To)> StateChanges =>
        from change in Engine.Events.Events.Reverse()
        where change.Name == "shadowproxy.node.state_changed"
        select (change.Node!, change.From!, change.To!);

    public int Panics => Engine.Events.Events.Count(e => e.Name == "shadowproxy.cluster.panic");

    public double Share(int node) => Nodes[node].Health.AdmittedShare;

    public NodeState State(int node) => Nodes[node].Health.State;

    public double LowestShare(int node) => _lowestShares[node];

    /// <summary>The furthest that a node came on the way from healthy to evacuated.</summary>
    public NodeState WorstState(int node) => _worstStates[node];

    /// <summary>A good answer: about 10 ms, log-normal.</summary>
    public (Outcome Outcome, double LatencyMs) Well(double slower = 1) => (Outcome.Answered, slower * 10 * Math.Exp(0.2 * Gaussian()));

    public bool Chance(double probability) => _random.NextDouble() < probability;

    /// <summary>Standard normal (Box and Muller 1958).</summary>
    public double Gaussian() =>
        Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble())) * Math.Cos(2 * Math.PI * _random.NextDouble());

    public void Run(TimeSpan span)
    {
        var end = _ticks + (int)Math.Round(span.TotalSeconds / TickSeconds);
        while (_ticks < end)
            Tick();
    }

    public void RunMinutes(double minutes) => Run(TimeSpan.FromMinutes(minutes));

    public void RunSeconds(double seconds) => Run(TimeSpan.FromSeconds(seconds));

    /// <summary>Runs until something holds.</summary>
    /// <returns>The seconds it took.</returns>
    public double RunUntil(Func<bool> holds, double mostSeconds)
    {
        var began = Seconds;
        while (!holds())
        {
            Assert.True(Seconds - began < mostSeconds, $"did not happen within {mostSeconds} s");
            Tick();
        }

        return Seconds - began;
    }

    public void Dispose() => Engine.Dispose();

    private void Tick()
    {
        Engine.Time.Advance(TimeSpan.FromSeconds(TickSeconds));
        _ticks++;
        for (var i = 0; i < RequestsPerSecond * TickSeconds; i++)
            Request(_random.Next(Sessions) + (int)(Seconds * NewSessionsPerSecond));
        for (var i = 0; i < Nodes.Length; i++)
            Report(i);
        Engine.Monitor.Tick();
        for (var i = 0; i < Nodes.Length; i++)
        {
            _lowestShares[i] = Math.Min(_lowestShares[i], Share(i));
            if (State(i) != NodeState.Probation && State(i) > _worstStates[i])
                _worstStates[i] = State(i);
        }

        AfterTick?.Invoke();
    }

    private void Request(int session)
    {
        var flow = TestEngine.Flow(session);
        var node = Engine.Choose(flow).Node!;
        var index = Array.IndexOf(Nodes, node);
        Received[index]++;
        var (outcome, latencyMs) = Answer(index, session);
        var normMs = _norm.MillisecondsOr(latencyMs);
        if (outcome == Outcome.Answered)
            _norm.Observe(latencyMs);
        node.Traffic.Record(flow.Low, outcome, latencyMs, normMs, Engine.Tables.Clock.Seconds);
        Engine.FlowWatch.Record(flow, node, outcome, latencyMs, normMs, Engine.Tables.Clock.Now);
    }

    private void Report(int index)
    {
        var node = Nodes[index];
        if (Cpu(index) is var cpu && !double.IsNaN(cpu))
            node.Accept(new LoadReport { CpuUtilization = cpu, NamedMetrics = NamedMetrics(index) }, Engine.Time.GetTimestamp());
        // Each node is probed at a time of its own within the interval.
        if (ProbeInterval is { } interval && (_ticks + index) % (int)(interval / TickSeconds) == 0)
            node.Probes.Add(new ProbeResult(IsAlive(index), TimeSpan.Zero, TimeSpan.Zero, IsAlive(index) ? null : "no answer", false));
    }
}
