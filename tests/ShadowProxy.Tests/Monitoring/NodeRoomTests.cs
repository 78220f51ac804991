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
        Tick(reported: 0.88);
        Assert.True(_room.IsFull);
        Tick(reported: 0.84);
        Assert.False(_room.IsFull);
        Tick(reported: 0.88);
        Assert.False(_room.IsFull);
    }

    [Fact]
    public void NothingKnown_ManyInFlight_ATenthAtATime()
    {
        Begin(5);
        Tick();
        Assert.Equal(10, Offered(), 0.01);

        _node.Intake.Take(10);
        Tick();
        Assert.Equal(0, Offered());
        for (var i = 0; i < 25; i++)
            Tick();
        Assert.InRange(Offered(), 5, 7);
    }

    [Fact]
    public void NothingKnown_OneInFlightNowAndThen_IsNoBusierThanThat()
    {
        Begin(1);
        Tick();
        _node.EndRequest();
        for (var i = 0; i < 20; i++)
            Tick();

        Assert.InRange(Offered(), 5 * Rate, 8 * Rate);
    }

    [Fact]
    public void NoTrafficYet_TakesItsFairShareAndMore()
    {
        _room.Observe(double.NaN, 0, double.NaN, 0.1);
        _room.Offer(Rate, isNeeded: true);

        Assert.InRange(Offered(), Rate, 10 * Rate);
    }

    [Fact]
    public void AnswersTakeTwiceAsLong_IsFullUntilTheyTakeClearlyLess()
    {
        for (var i = 0; i < Baseline.Mature; i++)
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
        _room.Offer(Rate, isNeeded: false);

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
        _room.Offer(Rate, isNeeded: true);
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
