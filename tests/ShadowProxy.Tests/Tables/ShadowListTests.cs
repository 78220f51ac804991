using CsCheck;
using ShadowProxy.Nodes;
using ShadowProxy.Tables;

namespace ShadowProxy.Tests.Tables;

public sealed class ShadowListTests
{
    [Fact]
    public void Set_AnyRank_IsReadBackAlone() => Gen.Select(Gen.Int[0, ShadowList.Capacity - 1], Gen.UShort, Gen.UShort, Gen.Double[-1, 2])
        .Sample((rank, slot, generation, score) =>
        {
            var list = new ShadowList();
            list.Set(rank, new NodeRef(slot, generation), score);

            for (var i = 0; i < ShadowList.Capacity; i++)
                Assert.Equal(i == rank ? new NodeRef(slot, generation) : NodeRef.None, list[i]);
            Assert.Equal(Math.Clamp(score, 0, 1), list.Score(rank), 0.501 / 255);
        });
}
