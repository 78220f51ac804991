using CsCheck;
using ShadowProxy.Monitoring.Detection;

namespace ShadowProxy.Tests.Monitoring.Detection;

public sealed class NodeDetectorTests
{
    private const double Minute = 60;
    private const int Day = 1440;

    private static readonly DetectorSignal[] Signals =
    [
        new("cpu", SignalFamily.Load),
        new("memory", SignalFamily.Memory),
        new("errors", SignalFamily.Errors, RisesOnly: true),
        new("quiet", SignalFamily.Latency),
    ];

    private readonly NodeDetector _detector = new(Signals);
    private readonly Random _random = new(1);
    private double _seconds;

    [Fact]
    public void Observe_SteadyNoise_RaisesNothing() => Assert.Equal(0, Run(3 * Day, Normal));

    [Fact]
    public void Observe_ThreeSignalsLeaveTheirRange_RaisesAtOnce()
    {
        Run(Day, Normal);
        var anomaly = Observe([0.99f, 0.9f, 0.5f, 0]);

        Assert.True(anomaly is { IsRaised: true, IsActive: true, Signal: 2 }, $"{anomaly}");
        Assert.True(anomaly.Ratio > 1);
    }

    [Fact]
    public void Observe_ConstantSignalsBeginToMove_RaisesAnAlarm()
    {
        Run(Day, () => [0.5f, 0.5f, 0, 0]);

        Assert.True(Observe([0.7f, 0.7f, 0, 0.4f]).IsRaised);
    }

    [Fact]
    public void Observe_FallsWhereOnlyRisesHarm_DoesNotCount()
    {
        Run(Day, () => [0.5f, 0.5f, 0.5f, 0]);

        Assert.Equal(0, Observe([0.5f, 0.5f, 0, 0]).Score, 0.01);
        Assert.True(Observe([0.5f, 0.5f, 1, 0]).Score > 0.5);
    }

    [Fact]
    public void Observe_YoungNode_IsNotJudged()
    {
        for (var i = 0; i < NodeDetector.Mature; i++)
        {
            var anomaly = _detector.Observe([1, 1, 1, i], i);
            Assert.True(anomaly is { IsRaised: false, IsActive: false, Ratio: 0 } && double.IsNaN(anomaly.Threshold));
        }
    }

    [Fact]
    public void Observe_Unknown_SaysNothing()
    {
        Run(Day, Normal);

        Assert.Equal(0, Observe([float.NaN, float.NaN, float.NaN, float.NaN]).Score);
    }

    [Fact]
    public void Observe_Frozen_LearnsNothing()
    {
        Run(Day, Normal);
        var normal = _detector.Normal(0);
        for (var i = 0; i < Day; i++)
            _detector.Observe([0.99f, 0.9f, 0.5f, 1], _seconds += Minute, isFrozen: true);

        Assert.Equal(normal, _detector.Normal(0));
    }

    [Fact]
    public void Observe_NewLevelThatStays_AlarmsAndIsNormalInTheEnd()
    {
        Run(Day, Normal);
        Assert.True(Observe(Higher()).IsRaised);
        Run(14 * Day, Higher);

        Assert.False(Observe(Higher()).IsActive);

        static float[] Higher() => [0.95f, 0.9f, 0.3f, 0.5f];
    }

    [Fact]
    public void Observe_SlowShift_IsSeen()
    {
        Run(3 * Day, Normal);
        var alarms = 0;
        for (var i = 0; i < 120; i++)
        {
            var rise = Math.Min(1, i / 60f);
            alarms += Observe([0.45f + (0.17f * rise), 0.51f + (0.11f * rise), 0.005f + (0.035f * rise), 0.03f * rise]).IsRaised ? 1 : 0;
        }

        Assert.InRange(alarms, 1, 5);
    }

    [Fact]
    public void Observe_SignalThatComesLate_IsLearnedFromItsFirstSample()
    {
        Run(2 * Day, () => [.. Normal()[..3], float.NaN]);

        Assert.Equal(0, Run(Day, () => [.. Normal()[..3], 0.3f + (0.2f * _random.NextSingle())]));
    }

    [Fact]
    public void Observe_NodeThatOftenStirs_HasAHigherThreshold()
    {
        Run(3 * Day, Normal);
        var calm = Observe(Normal()).Threshold;
        var restless = new NodeDetector(Signals);
        var anomaly = default(Anomaly);
        for (var i = 0; i < 3 * Day; i++)
            anomaly = restless.Observe(i % 45 == 0 ? [0.9f, 0.8f, 0.2f, 0] : Normal(), i * Minute);

        Assert.True(anomaly.Threshold > 1.3 * calm, $"{anomaly.Threshold} {calm}");
    }

    [Fact]
    public void Observe_AnyValues_ScoreIsFinite() => Gen.Float.Array[4].Array[1, 50].Sample(samples =>
    {
        var detector = new NodeDetector(Signals);
        for (var i = 0; i < samples.Length; i++)
        {
            float[] values = [.. samples[i].Select(value => float.IsFinite(value) ? value : float.NaN)];
            Assert.True(double.IsFinite(detector.Observe(values, i).Score) && detector.Observe(values, i).Score >= 0);
        }
    });

    [Fact]
    public void Observe_Repeated_AllocatesNothing()
    {
        float[] values = [0.5f, 0.5f, 0, 0];
        for (var i = 0; i < 200; i++)
            _detector.Observe(values, _seconds += Minute);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
            _detector.Observe(values, _seconds += Minute);

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void Observe_OtherNumberOfValues_IsRefused() => Assert.Throws<ArgumentException>(() => _detector.Observe([1], 0));

    private float[] Normal() => [0.4f + (0.1f * _random.NextSingle()), 0.5f + (0.02f * _random.NextSingle()), 0.01f * _random.NextSingle(), 0];

    private Anomaly Observe(float[] values) => _detector.Observe(values, _seconds += Minute);

    /// <summary>So many minutes.</summary>
    /// <returns>The alarms.</returns>
    private int Run(int minutes, Func<float[]> values) => Enumerable.Range(0, minutes).Count(_ => Observe(values()).IsRaised);
}
