using ShadowProxy.Configuration;
using ShadowProxy.Monitoring;
using ShadowProxy.Nodes;
using ShadowProxy.Signals;
using ShadowProxy.Signatures;
using ShadowProxy.Tests.Nodes;

namespace ShadowProxy.Tests.Simulation;

/// <summary>
/// The engine in front of nodes that queue, on a clock of its own: sessions ask at random (Poisson), the router places them, answers come when
/// the queues say, and the monitor ticks every 100 ms. A minute of four nodes takes some ten milliseconds.
/// </summary>
internal sealed class QueueingCluster : IDisposable
{
    public const double TickSeconds = 0.1;

    private const int TicksToReport = 10;

    /// <summary>The standard deviation of the logarithm of a service time.</summary>
    private const double Scatter = 0.4;

    private readonly QueueingOptions _options;
    private readonly Random _random;
    private readonly RouteNorm _norm = new();
    private readonly List<Answer>[] _due = [.. Enumerable.Range(0, 1 << 7).Select(_ => new List<Answer>())];
    private readonly Dictionary<Node, QueueingNode> _byNode;
    private readonly double _interarrival;
    private readonly int _sessions;
    private double _nextArrival;
    private int _ticks;

    public QueueingCluster(QueueingOptions options)
    {
        _options = options;
        _random = new Random(options.Seed);
        _sessions = options.Nodes * options.SessionsPerNode;
        _interarrival = 1 / (options.Nodes * options.RatePerNode);
        Engine = new TestEngine(Math.Max(10_000, 4 * _sessions));
        var nodes = Engine.SetNodes([.. Enumerable.Range(0, options.Nodes).Select(i => ($"n{i:00}", 1.0, options.Layers?[i] ?? 0))]);
        Engine.Cluster.Settings = ClusterSettings.Default with { Failback = options.Failback };
        Nodes = [.. nodes.Select(node => new QueueingNode(node, options.Workers))];
        _byNode = Nodes.ToDictionary(node => node.Node);
        Evacuations = new int[Nodes.Length];
        PlaceAndCalibrate();
    }

    public TestEngine Engine { get; }

    public QueueingNode[] Nodes { get; }

    /// <summary>The node that sickens.</summary>
    public QueueingNode Sick => Nodes[0];

    /// <summary>Seconds since the start.</summary>
    public double Seconds => _ticks * TickSeconds;

    /// <summary>How often each node was evacuated.</summary>
    public int[] Evacuations { get; }

    /// <summary>Runs after each tick.</summary>
    public Action? AfterTick { get; set; }

    public int Panics => Engine.Events.Events.Count(told => told.Name == "shadowproxy.cluster.panic");

    /// <summary>How busy a node is once its queue has settled, 1 and above where it never does: by the flows that it has.</summary>
    public double LoadOf(QueueingNode node) =>
        node.Node.Flows / (double)_sessions / _interarrival * node.ServiceSeconds * node.Slower / _options.Workers;

    public void Run(double seconds)
    {
        for (var end = _ticks + (int)Math.Round(seconds / TickSeconds); _ticks < end;)
            Tick();
    }

    /// <summary>Lets the cluster get used to its load, and its first node sicken.</summary>
    public void RunUntilSick(double warmUp = 30)
    {
        Run(warmUp);
        Sick.Slower = _options.Slower;
    }

    public void Dispose() => Engine.Dispose();

    /// <summary>Each node is as busy as the options say, however many of the sessions its luck gave it.</summary>
    private void PlaceAndCalibrate()
    {
        for (var session = 0; session < _sessions; session++)
            Engine.Choose(session);
        foreach (var node in Nodes)
        {
            var flows = node.Node.Flows > 0 ? node.Node.Flows : _sessions / (double)Nodes.Count(other => other.Node.Flows > 0);
            node.Calibrate(flows / _sessions / _interarrival, _options.Load);
            if (_options.Knowledge == Knowledge.Limits)
                node.Node.Settings = node.Node.Settings with { MaxConcurrentRequests = node.MaxConcurrentRequests };
        }
    }

    private void Tick()
    {
        Engine.Time.Advance(TimeSpan.FromSeconds(TickSeconds));
        _ticks++;
        for (; _nextArrival <= Seconds; _nextArrival += _interarrival * Exponential())
            Ask();
        Deliver();
        for (var i = 0; i < Nodes.Length; i++)
        {
            Nodes[i].Tick(Seconds, TickSeconds);
            if (_options.Knowledge == Knowledge.Reports && (_ticks + i) % TicksToReport == 0)
                Nodes[i].Node.Accept(new LoadReport { CpuUtilization = Nodes[i].Utilization }, Engine.Time.GetTimestamp());
        }

        Watch();
        AfterTick?.Invoke();
    }

    private void Ask()
    {
        var flow = TestEngine.Flow(_random.Next(_sessions) + (int)(Seconds * _options.NewSessionsPerSecond));
        var node = _byNode[Engine.Choose(flow).Node!];
        var seconds = node.Serve(_nextArrival, Service());
        node.Node.BeginRequest();
        var place = node.Node.Traffic.Waiting.Enter(flow.Low, Engine.Time.GetTimestamp(), _norm.Milliseconds);
        var tick = Math.Max(_ticks, (int)Math.Ceiling((_nextArrival + seconds) / TickSeconds));
        _due[tick % _due.Length].Add(new Answer(node.Node, flow, seconds, place));
    }

    private void Deliver()
    {
        var answers = _due[_ticks % _due.Length];
        foreach (var answer in answers)
        {
            var (node, latencyMs) = (answer.Node, 1000 * answer.Seconds);
            var outcome = answer.Seconds < QueueingNode.PatienceSeconds ? Outcome.Answered : Outcome.Abandoned;
            node.EndRequest();
            node.Traffic.Waiting.Leave(answer.Place);
            var normMs = _norm.MillisecondsOr(latencyMs);
            if (outcome == Outcome.Answered)
                _norm.Observe(latencyMs);
            node.Traffic.Record(answer.Flow.Low, outcome, latencyMs, normMs, Engine.Tables.Clock.Seconds);
            Engine.FlowWatch.Record(answer.Flow, node, outcome, latencyMs, normMs, Engine.Tables.Clock.Now);
        }

        answers.Clear();
    }

    private void Watch()
    {
        Span<bool> served = stackalloc bool[Nodes.Length];
        for (var i = 0; i < Nodes.Length; i++)
            served[i] = Nodes[i].Node.Health.State is NodeState.Healthy or NodeState.Suspect or NodeState.Probation;
        Engine.Monitor.Tick();
        for (var i = 0; i < Nodes.Length; i++)
            Evacuations[i] += served[i] && Nodes[i].Node.Health.State is NodeState.Evacuating or NodeState.Evacuated ? 1 : 0;
    }

    /// <summary>Log-normal of mean 1: as services commonly scatter.</summary>
    private double Service() => Math.Exp((Scatter * Gaussian()) - (Scatter * Scatter / 2));

    /// <summary>Standard normal (Box and Muller 1958).</summary>
    private double Gaussian() => Math.Sqrt(2 * Exponential()) * Math.Cos(2 * Math.PI * _random.NextDouble());

    private double Exponential() => -Math.Log(1 - _random.NextDouble());

    private readonly record struct Answer(Node Node, Signature Flow, double Seconds, int Place);
}
