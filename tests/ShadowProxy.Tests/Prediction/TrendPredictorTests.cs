using ShadowProxy.Prediction;

namespace ShadowProxy.Tests.Prediction;

public sealed class TrendPredictorTests
{
    private readonly TrendPredictor _predictor = new();
    private readonly Random _random = new(5);

    [Fact]
    public void Predict_Ramp_SaysWhenTheLimitIsReached()
    {
        Feed(10, _ => 0.3, 0.005);
        Feed(12, t => 0.3 + (0.03 * t), 0.005, from: 10);

        var (probability, seconds) = _predictor.Predict(0.9);

        Assert.InRange(probability, 0.95, 1);
        // It is 8 s away; the flatter line is believed, so that it errs towards later.
        Assert.InRange(seconds, 6, 16);
    }

    [Fact]
    public void Predict_SlowRampBeyondTheHorizon_SaysNothing()
    {
        Feed(60, t => 0.3 + (0.002 * t), 0.005);

        Assert.InRange(_predictor.Predict(0.9).Probability, 0, 0.1);
    }

    [Fact]
    public void Predict_AtTheLimit_IsCertain()
    {
        Feed(10, _ => 0.95, 0.005);

        Assert.Equal((1, 0), _predictor.Predict(0.9));
    }

    [Fact]
    public void Predict_Step_IsMistakenForATrendForSecondsOnly()
    {
        Feed(20, _ => 0.3, 0.005);
        var alarms = 0;
        for (var tick = 0; tick < 600; tick++)
        {
            Feed(0.1, _ => 0.55, 0.005, from: 20 + (tick / 10.0));
            var probability = _predictor.Predict(0.9).Probability;
            alarms += probability >= 0.9 ? 1 : 0;
            Assert.True(tick < 80 || probability < 0.1, $"{probability} after {tick / 10.0} s");
        }

        Assert.InRange(alarms, 0, 50);
    }

    [Fact]
    public void Predict_Falling_SaysNothing()
    {
        Feed(10, t => 0.8 - (0.05 * t), 0.005);

        Assert.Equal(0, _predictor.Predict(0.9).Probability);
    }

    [Fact]
    public void Predict_Noise_SeldomSaysAnything()
    {
        var alarms = 0;
        for (var i = 0; i < 36_000; i++)
        {
            _predictor.Observe(0.5 + (0.05 * Gaussian()), i * 0.1);
            alarms += _predictor.Predict(0.9).Probability >= 0.9 ? 1 : 0;
        }

        Assert.InRange(alarms, 0, 36);
    }

    [Fact]
    public void Predict_FewSamples_SaysNothing()
    {
        Feed(0.4, t => 0.3 + t, 0);

        Assert.Equal(0, _predictor.Predict(0.9).Probability);
    }

    private void Feed(double seconds, Func<double, double> value, double noise, double from = 0)
    {
        for (var i = 0; i < seconds * 10; i++)
            _predictor.Observe(value(i * 0.1) + (noise * Gaussian()), from + (i * 0.1));
    }

    private double Gaussian() =>
        Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble())) * Math.Cos(2 * Math.PI * _random.NextDouble());
}
