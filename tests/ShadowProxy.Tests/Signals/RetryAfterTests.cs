using ShadowProxy.Signals;

namespace ShadowProxy.Tests.Signals;

public sealed class RetryAfterTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("0", 0)]
    [InlineData("7", 7)]
    [InlineData("60", 60)]
    [InlineData("61", 60)]
    [InlineData("86400", 60)]
    [InlineData("Mon, 23 Nov 2026 12:00:30 GMT", 30)]
    [InlineData("Mon, 23 Nov 2026 13:00:00 GMT", 60)]
    [InlineData("Mon, 23 Nov 2026 11:00:00 GMT", 0)]
    public void Parse_SecondsOrDate_IsTheTimeToComeUpToAMinute(string text, double seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), RetryAfter.Parse(text, Now));

    [Theory]
    [InlineData("")]
    [InlineData("soon")]
    [InlineData("-5")]
    [InlineData("1.5")]
    [InlineData("5, 6")]
    [InlineData("Mon, 99 Nov 2026 12:00:30 GMT")]
    public void Parse_AnythingElse_IsIgnored(string text) => Assert.Null(RetryAfter.Parse(text, Now));
}
