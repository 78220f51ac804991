using ShadowProxy.Nodes;

namespace ShadowProxy.Tests.Nodes;

public sealed class NodeTrafficTests
{
    private readonly NodeTraffic _traffic = new();

    [Fact]
    public void Record_OneFlowWithMostOfTheOutcomes_WeighsAFifthAtMost()
    {
        for (var tick = 0; tick < 100; tick++)
        {
            for (var i = 0; i < 10; i++)
                _traffic.Record((ulong)(((tick * 10) + i) % 20), Outcome.Answered, 10, 10, 1);
            for (var i = 0; i < 100; i++)
                _traffic.Record(63, Outcome.ServerError, 10, 10, 1);
            _traffic.Decay(1, 1);
        }

        var sums = Sample().Recent;
        Assert.InRange(sums.Errors / sums.Count, 0.01, 0.25);
        Assert.Equal(11_000, _traffic.Total);
    }

    [Fact]
    public void FlowParts_FewRequests_AllWeigh()
    {
        for (var i = 0; i < 4; i++)
            _traffic.Record(5, Outcome.ServerError, 10, 10, 1);

        Assert.Equal(4, Sample().Recent.Errors);
    }

    [Fact]
    public void Record_ErrorsOfOneFlow_AreOneTroubledFlow()
    {
        for (var i = 0; i < 50; i++)
            _traffic.Record(5, Outcome.ServerError, 10, 10, 1);
        _traffic.Record(6, Outcome.TimedOut, 1000, 10, 2);

        Assert.Equal(2, _traffic.FailedFlows.CountSince(3));
        Assert.Equal(1, _traffic.SlowFlows.CountSince(3));
        Assert.Equal(1, _traffic.FailedFlows.CountSince(11.5));
    }

    [Fact]
    public void Record_Overtaken_IsAVerySlowAnswerHoweverYoung()
    {
        for (var flow = 1ul; flow <= 3; flow++)
            _traffic.Record(flow, Outcome.Overtaken, 26, 10, 1);

        var sample = Sample();
        Assert.Equal((3, 3, 0, 3 * NodeTraffic.LogRatio(26, 10)), (sample.Recent.Count, sample.Recent.VerySlow, sample.Recent.Errors, sample.Recent.LogRatio));
        Assert.Equal((3L, 3L, 0L), (sample.Troubles.Slow, sample.Troubles.VerySlow, sample.Troubles.Errors));
        Assert.Equal((3, 3, 0), (_traffic.SlowFlows.CountSince(1), _traffic.VerySlowFlows.CountSince(1), _traffic.FailedFlows.CountSince(1)));
    }

    [Fact]
    public void Record_OvertakenOnABusyNode_NoneIsLeftOut()
    {
        Answer(10_000, flowsFrom: 0);
        _traffic.Decay(0, 0);
        var before = _traffic.Total;

        Parallel.For(0, 20_000, i => _traffic.Record((ulong)i, Outcome.Overtaken, 100, 10, 1));

        Assert.Equal(20_000, _traffic.Total - before);
    }

    [Fact]
    public void Record_ConnectFailures_CountUntilAnAnswer()
    {
        _traffic.Record(1, Outcome.ConnectFailed, double.NaN, 10, 1);
        _traffic.Record(2, Outcome.ConnectRefused, double.NaN, 10, 1);
        Assert.Equal((1, 2), (Sample().Refused, Sample().ConnectFailures));

        _traffic.Decay(0.9, 0.99);
        Assert.Equal((0, 2), (Sample().Refused, Sample().ConnectFailures));

        _traffic.Record(3, Outcome.Answered, 10, 10, 1);
        Assert.Equal(0, Sample().ConnectFailures);
    }

    [Fact]
    public void Record_BusyNode_SumsAreAsIfEachAnswerWereLookedAt()
    {
        Answer(10_000, flowsFrom: 0);
        _traffic.Decay(0, 0);

        Answer(10_000, flowsFrom: 10_000);
        for (var i = 0; i < 100; i++)
            _traffic.Record((ulong)i * 7919, Outcome.ServerError, double.NaN, 10, 1);

        var sums = Sample().Recent;
        Assert.InRange(sums.Count, 9_000, 11_000);
        Assert.InRange(sums.LatencyMs / sums.Timed, 11.5, 12.5);
        Assert.Equal(100, sums.Errors);
        Assert.InRange(_traffic.Total, 19_000, 21_000);
    }

    [Fact]
    public void Record_BusyNodeAfterAConnectFailure_TheNextAnswerCounts()
    {
        Answer(10_000, flowsFrom: 0);
        _traffic.Decay(0, 0);

        _traffic.Record(1, Outcome.ConnectFailed, double.NaN, 10, 1);
        Answer(1, flowsFrom: 5);

        Assert.Equal(0, Sample().ConnectFailures);
    }

    [Fact]
    public void Sample_RequestsThatWaitTooLong_CountByTheirAge()
    {
        var place = _traffic.Waiting.Enter(1, timestamp: 1000, normMs: 10);
        _traffic.Waiting.Enter(2, timestamp: 1000, normMs: 10);

        Assert.Equal(0, Sample(timestamp: 1050).Waiting.Count);
        Assert.Equal(2, Sample(timestamp: 1500).Waiting.Count);
        Assert.Equal(2, _traffic.SlowFlows.CountSince(1));
        _traffic.Waiting.Leave(place);
        Assert.Equal(new SlowWaiting(1, NodeTraffic.LogRatio(500, 10)), Sample(timestamp: 1500).Waiting);
    }

    [Fact]
    public void Waiting_MoreThanPlaces_TakesNoneAndKeepsTheFirst()
    {
        for (var i = 0; i < 1000; i++)
            _traffic.Waiting.Enter((ulong)i, timestamp: 1000, normMs: 10);

        Assert.Equal(WaitingRequests.NoPlace, _traffic.Waiting.Enter(1, 1000, 10));
        Assert.InRange(Sample(timestamp: 5000).Waiting.Count, 60, 64);
    }

    [Fact]
    public void IsToBeWatched_BusyNode_SomeOfItsRequests()
    {
        Assert.Equal(10_000, Watched());
        Answer(500, flowsFrom: 0);
        _traffic.Decay(1, 1);

        Assert.InRange(Watched(), 800, 1200);
        _traffic.Decay(1, 1);
        Assert.Equal(10_000, Watched());

        int Watched() => Enumerable.Range(0, 10_000).Count(i => _traffic.IsToBeWatched((ulong)(i % 7), timestamp: 1_000_000 + (i * 37)));
    }

    [Fact]
    public void TroubledFlows_MoreThanItHolds_KeepsTheLatest()
    {
        var flows = new TroubledFlows();
        for (var i = 1; i <= 100; i++)
            flows.Add((ulong)i, i / 100.0);

        Assert.Equal(16, flows.CountSince(1));
        Assert.Equal(1, flows.CountSince(1, windowSeconds: 0.005));
        flows.Clear();
        Assert.Equal(0, flows.CountSince(1));
    }

    /// <summary>At a clock of a thousand timestamps a second.</summary>
    private void Answer(int times, int flowsFrom)
    {
        for (var i = 0; i < times; i++)
            _traffic.Record((ulong)(flowsFrom + i) * 0x9E3779B97F4A7C15, Outcome.Answered, i % 2 == 0 ? 9 : 15, 10, 1 + (i * 1e-5));
    }

    private TrafficSample Sample(long timestamp = 1000) => _traffic.Sample(timestamp, 1000, 1);
}
