using ShadowProxy.Monitoring;
using ShadowProxy.Nodes;
using ShadowProxy.Tests.Nodes;

namespace ShadowProxy.Tests.Monitoring;

public sealed class NodeRoomTests : IDisposable
{
    private const double Rate = 100;

    private readonly TestEngine _engine = new();
    private readonly Node _node;
    private readonly NodeRoom _room;

    public NodeRoomTests()
    {
        _node = _engine.SetNodes(1)[0];
        _room = new NodeRoom(_node);
    }

    public void Dispose() => _engine.Dispose();

    [Theory]
    [InlineData(8, false)]
    [InlineData(9, true)]
    public void Limit_NineTenthsInFlight_IsFull(int inFlight, bool expected)
    {
        _node.Settings = _node.Settings with { MaxConcurrentRequests = 10 };
        Begin(inFlight);
        Tick();

        Assert.Equal(expected, _room.IsFull);
    }

    [Theory]
    [InlineData(0.45, 100)]
    [InlineData(0.8, 12.5)]
    [InlineData(0.95, 0)]
    public void Reports_Utilization_FilledUpToNineTenths(double utilization, double expected)
    {
        Tick(reported: utilization);

        Assert.Equal(expected == 0, _room.IsFull);
        Assert.Equal(expected, Offered(), 0.01);
    }

    [Fact]
    public void Reports_WhatCameOverAndDoesNotShowYet_CountsUntilItDoes()
    {
        _node.Intake.Take(10);
        Tick(reported: 0.8);
        Assert.Equal(2.5, Offered(), 0.01);

        _node.Intake.Take(3);
        Tick(reported: 0.8);
        Assert.True(_room.IsFull);

        for (var i = 0; i < 100; i++)
            Tick(reported: 0.8);
        Assert.False(_room.IsFull);
    }

    [Fact]
    public void Full_ByAHair_HasRoomAgainOnlyWhenClearlyBelow()
    {
        Tick(reported: 0.91);
        Settle(0.88);
        Assert.True(_room.IsFull);
        Settle(0.84);
        Assert.False(_room.IsFull);
        Settle(0.88);
        Assert.False(_room.IsFull);
    }

    [Fact]
    public void Reports_DipForAMoment_NoRoom()
    {
        Settle(0.95);
        Tick(reported: 0.5);
        Assert.True(_room.IsFull);
        Settle(0.5);
        Assert.False(_room.IsFull);
    }

    [Fact]
    public void Reports_FarMoreThanAll_RoomAsSoonAgainAsAfterAll()
    {
        Settle(5);
        for (var seconds = 0.0; seconds < 3; seconds += 0.1)
            Tick(reported: 0.1);

        Assert.False(_room.IsFull);
    }

    [Theory]
    [InlineData(double.NaN, Rate, false, double.PositiveInfinity)]
    [InlineData(double.NaN, Rate, true, 5)]
    [InlineData(double.NaN, 0, true, 5)]
    [InlineData(0, 40, true, 5)]
    [InlineData(0, 60, true, 800)]
    [InlineData(0.88, 40, true, 2.27)]
    public void UnknownOrIdle_OthersAreKnown_TakesItsShareInTwoSeconds(double reported, double rate, bool anyKnown, double expected)
    {
        _room.Observe(10, rate, reported, 0.1);
        _room.Offer(Rate, isNeeded: true, anyKnown);

        Assert.Equal(expected, Offered(), 0.11);
    }

    [Fact]
    public void Limit_TwoTenthsInFlight_FilledUpToNineTenths()
    {
        _node.Settings = _node.Settings with { MaxConcurrentRequests = 10 };
        Begin(2);
        Tick();

        Assert.Equal(3.5 * Rate, Offered(), 0.01);
    }

    [Fact]
    public void NothingKnown_DoesAsBefore_TakesWhateverComes()
    {
        for (var i = 0; i < Baseline.Mature; i++)
            Learn(50);
        Begin(50);
        _node.Intake.Take(10 * Rate);
        Tick(latencyMs: 60);

        Assert.False(_room.IsFull);
        Assert.Equal(double.PositiveInfinity, Offered());
    }

    [Theory]
    [InlineData(1, 0.5, true)]
    [InlineData(0.4, 0.4, false)]
    public void Score_FallsAgainstItsOwn_IsFull(double before, double now, bool expected)
    {
        _node.Health = _node.Health with { Score = before };
        Learn(50);
        _node.Health = _node.Health with { Score = now };
        Tick();

        Assert.Equal(expected, _room.IsFull);
    }

    [Fact]
    public void AnswersTakeTwiceAsLongNowAndThen_NoSignOfStrain()
    {
        for (var i = 0; i < 10 * Baseline.Mature; i++)
            Learn(i % 4 == 0 ? 110 : 45);
        Tick(latencyMs: 115);
        Assert.False(_room.IsFull);
        Tick(latencyMs: 1000);
        Assert.True(_room.IsFull);
    }

    [Fact]
    public void AnswersTakeTwiceAsLong_IsFullUntilTheyTakeClearlyLess()
    {
        for (var i = 0; i < 3 * Baseline.Mature; i++)
            Learn(50);
        Tick(latencyMs: 95);
        Assert.False(_room.IsFull);
        Tick(latencyMs: 105);
        Assert.True(_room.IsFull);
        Tick(latencyMs: 85);
        Assert.True(_room.IsFull);
        Tick(latencyMs: 70);
        Assert.False(_room.IsFull);
    }

    [Fact]
    public void AnswersTakeMillisecondsMore_NobodyNotices()
    {
        for (var i = 0; i < Baseline.Mature; i++)
            Learn(1);
        Tick(latencyMs: 5);

        Assert.False(_room.IsFull);
    }

    [Fact]
    public void NobodyGivesFlowsAway_EverythingIsOpen()
    {
        _room.Observe(10, Rate, 0.99, 0.1);
        _room.Offer(Rate, isNeeded: false, anyKnown: true);

        Assert.True(_room.IsFull);
        Assert.True(_room.IsOffered);
        Assert.Equal(double.PositiveInfinity, Offered());
    }

    private void Begin(int requests)
    {
        for (var i = 0; i < requests; i++)
            _node.BeginRequest();
    }

    private void Tick(double latencyMs = 10, double reported = double.NaN)
    {
        _room.Observe(latencyMs, Rate, reported, 0.1);
        _room.Offer(Rate, isNeeded: true, anyKnown: _room.IsKnown);
    }

    /// <summary>Long enough for the mean of the reports to follow.</summary>
    private void Settle(double reported)
    {
        for (var i = 0; i < 600; i++)
            Tick(reported: reported);
    }

    private void Learn(double latencyMs)
    {
        Tick(latencyMs);
        _room.Learn(0.1);
    }

    /// <summary>What flows of a tenth of a request a second find open, without taking it.</summary>
    private double Offered()
    {
        const double flow = 0.1;
        var taken = 0.0;
        while (_node.Intake.IsOpen)
        {
            if (taken > 100 * Rate)
                return double.PositiveInfinity;
            _node.Intake.Take(flow);
            taken += flow;
        }

        _node.Intake.Collect();
        return taken;
    }
}
