using CsCheck;
using ShadowProxy.Telemetry;

namespace ShadowProxy.Tests.Telemetry;

public sealed class BoundedHistoryTests
{
    [Fact]
    public void ToArray_AnyItems_AreTheLastOnesNewestFirst() => Gen.Select(Gen.Int[1, 20], Gen.Int.Array[0, 60]).Sample((capacity, items) =>
    {
        var history = new BoundedHistory<int>(capacity);
        foreach (var item in items)
            history.Add(item);

        Assert.Equal(items.Reverse().Take(capacity), history.ToArray());
    });
}
