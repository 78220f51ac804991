using CsCheck;
using ShadowProxy.Lab.Backends;

namespace ShadowProxy.Tests.Lab.Backends;

public sealed class SessionShareTests
{
    [Fact]
    public void Includes_ManySessions_IsTheirShare() =>
        Assert.InRange(Enumerable.Range(0, 10_000).Count(i => SessionShare.Includes($"session-{i}", 1 / 3.0)), 3_200, 3_470);

    [Fact]
    public void Includes_LargerShare_StillIncludes() =>
        Gen.Select(Gen.String, Gen.Double[0, 1], Gen.Double[0, 1]).Sample((session, one, other) =>
            !SessionShare.Includes(session, Math.Min(one, other)) || SessionShare.Includes(session, Math.Max(one, other)));

    [Fact]
    public void Includes_NoneOrAll_IsNoneOrAll() =>
        Gen.String.Sample(session => !SessionShare.Includes(session, 0) && SessionShare.Includes(session, 1));
}
