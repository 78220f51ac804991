using ShadowProxy.Migration;

namespace ShadowProxy.Tests.Migration;

public sealed class RampTests
{
    [Theory]
    [InlineData(MigrationReason.Predicted, 12, 6)]
    [InlineData(MigrationReason.Predicted, 60, 10)]
    [InlineData(MigrationReason.Predicted, 0, 1)]
    [InlineData(MigrationReason.Predicted, double.NaN, 10)]
    [InlineData(MigrationReason.Degraded, 12, 2)]
    [InlineData(MigrationReason.Operator, double.NaN, 10)]
    public void Of_Reason_IsItsTime(MigrationReason reason, double secondsToSymptom, double expected) =>
        Assert.Equal(expected, Ramp.Of(reason, secondsToSymptom));
}
