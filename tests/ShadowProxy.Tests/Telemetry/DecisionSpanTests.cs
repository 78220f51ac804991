using System.Collections.Concurrent;
using System.Diagnostics;
using ShadowProxy.Monitoring;
using ShadowProxy.Nodes;
using ShadowProxy.Tests.Monitoring;
using ShadowProxy.Tests.Nodes;

namespace ShadowProxy.Tests.Telemetry;

/// <summary>Decisions as spans.</summary>
public sealed class DecisionSpanTests : IDisposable
{
    private readonly ConcurrentQueue<Activity> _spans = [];
    private readonly ActivityListener _listener;

    /// <summary>The parent of all that this test decides, and of nothing that others do meanwhile.</summary>
    private readonly Activity _test = new("test");

    private readonly ClusterSimulation _simulation = new(4);

    public DecisionSpanTests()
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "ShadowProxy",
            Sample = (ref options) => options.TraceId == _test.TraceId ? ActivitySamplingResult.AllDataAndRecorded : ActivitySamplingResult.None,
            ActivityStopped = span =>
            {
                if (span.TraceId == _test.TraceId)
                    _spans.Enqueue(span);
            },
        };
        ActivitySource.AddActivityListener(_listener);
    }

    public void Dispose()
    {
        _listener.Dispose();
        _test.Dispose();
        _simulation.Dispose();
    }

    [Fact]
    public void NodeIsEvacuated_SpanHasTheEvidence()
    {
        Evacuate();

        var span = _spans.First(span => span.DisplayName == "node evacuating");
        Assert.Equal(
            ("orders", "n0", "healthy", "evacuating", "degraded"),
            (span.GetTagItem("shadowproxy.cluster"), span.GetTagItem("shadowproxy.node"), span.GetTagItem("shadowproxy.state.from"),
                span.GetTagItem("shadowproxy.state"), span.GetTagItem("shadowproxy.reason")));
        var evidence = span.Events.First();
        Assert.Equal("shadowproxy.evidence", evidence.Name);
        var facts = evidence.Tags.ToDictionary();
        Assert.Equal("errors", facts["shadowproxy.signal"]);
        Assert.True((double)facts["shadowproxy.value"]! > (double)facts["shadowproxy.threshold"]!);
    }

    [Fact]
    public void FlowMoves_SpanOfItsRequestLinksToTheChangeOfState()
    {
        Evacuate();

        var states = _spans.Where(span => span.DisplayName.StartsWith("node ", StringComparison.Ordinal)).Select(span => span.SpanId).ToHashSet();
        var moves = _spans.Where(span => span.DisplayName == "flow migration").ToArray();
        Assert.Equal(_simulation.Engine.Events.Migrated, moves.Length);
        Assert.All(moves, move =>
        {
            Assert.Equal(_test.SpanId, move.ParentSpanId);
            Assert.Equal("n0", move.GetTagItem("shadowproxy.node.from"));
            Assert.Contains(Assert.Single(move.Links).Context.SpanId, states);
        });
    }

    [Fact]
    public void FlowMoves_RequestIsNotSampled_NoSpan()
    {
        Start(ActivityTraceFlags.None);
        _simulation.RunSeconds(30);
        _spans.Clear();
        TestEngine.Publish(_simulation.Nodes[0], share: 0);

        for (var flow = 0; flow < 100; flow++)
            _simulation.Engine.Choose(flow);

        Assert.NotEqual(0, _simulation.Engine.Events.Migrated);
        Assert.Empty(_spans);
    }

    /// <summary>In the test itself: the present activity does not outlive the method that starts it.</summary>
    private void Start(ActivityTraceFlags flags) => _test.Start().ActivityTraceFlags = flags;

    private void Evacuate()
    {
        Start(ActivityTraceFlags.Recorded);
        _simulation.RunSeconds(60);
        _simulation.Answer = (node, _) => node == 0 ? (Outcome.ServerError, 10) : _simulation.Well();
        _simulation.RunUntil(() => _simulation.State(0) == NodeState.Evacuated, 30);
    }
}
