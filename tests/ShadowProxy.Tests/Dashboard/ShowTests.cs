using ShadowProxy.Dashboard.Feed;
using ShadowProxy.Migration;

namespace ShadowProxy.Tests.Dashboard;

public sealed class ShowTests
{
    [Theory]
    [InlineData(0, "0%")]
    [InlineData(0.0001, "<0.1%")]
    [InlineData(0.0123, "1.2%")]
    [InlineData(0.314, "31%")]
    [InlineData(1, "100%")]
    [InlineData(double.NaN, "–")]
    public void Percent_Share_IsShort(double share, string text) => Assert.Equal(text, Show.Percent(share));

    [Theory]
    [InlineData(3.21, "3.2 ms")]
    [InlineData(320, "320 ms")]
    [InlineData(1240, "1.2 s")]
    [InlineData(double.PositiveInfinity, "–")]
    public void Milliseconds_Value_HasItsUnit(double value, string text) => Assert.Equal(text, Show.Milliseconds(value).Replace('\u00a0', ' '));

    [Theory]
    [InlineData(25, "25 s")]
    [InlineData(600, "10 min")]
    [InlineData(36_000, "10 h")]
    public void Seconds_Value_HasItsUnit(double value, string text) => Assert.Equal(text, Show.Seconds(value).Replace('\u00a0', ' '));

    [Fact]
    public void Words_Reason_IsLowerCase() => Assert.Equal("flow issue", Show.Words(MigrationReason.FlowIssue));
}
