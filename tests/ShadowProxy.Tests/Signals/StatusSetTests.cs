using ShadowProxy.Signals;

namespace ShadowProxy.Tests.Signals;

public sealed class StatusSetTests
{
    [Theory]
    [InlineData("200", 200, true)]
    [InlineData("200", 201, false)]
    [InlineData("200-299, 401", 299, true)]
    [InlineData("200-299, 401", 401, true)]
    [InlineData("200-299, 401", 400, false)]
    [InlineData("100-599", 599, true)]
    public void Contains_Status_FollowsTheRanges(string text, int status, bool contains) => Assert.Equal(contains, StatusSet.Parse(text)!.Contains(status));

    [Theory]
    [InlineData("")]
    [InlineData("ok")]
    [InlineData("99")]
    [InlineData("600")]
    [InlineData("300-200")]
    [InlineData("200-250-299")]
    [InlineData("200,")]
    [InlineData("-200")]
    public void Parse_WhatIsNoStatus_IsRefused(string text) => Assert.Null(StatusSet.Parse(text));
}
