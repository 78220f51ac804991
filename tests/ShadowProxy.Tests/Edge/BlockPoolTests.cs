using ShadowProxy.Edge.Hosting;

namespace ShadowProxy.Tests.Edge;

public sealed class BlockPoolTests : IDisposable
{
    private readonly BlockPool _pool = new();

    public void Dispose() => _pool.Dispose();

    [Fact]
    public void Rent_WhileLent_NeverTheSameMemory()
    {
        using var first = _pool.Rent();
        using var second = _pool.Rent();

        first.Memory.Span.Fill(1);
        second.Memory.Span.Fill(2);

        Assert.Equal(1, first.Memory.Span[^1]);
        Assert.Equal(BlockPool.BlockSize, second.Memory.Length);
    }

    [Fact]
    public void Dispose_Twice_LendsItOnce()
    {
        var block = _pool.Rent();
        block.Dispose();
        block.Dispose();

        Assert.Same(block, _pool.Rent());
        Assert.NotSame(block, _pool.Rent());
    }

    [Fact]
    public void Rent_MoreThanABlock_Throws() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => _pool.Rent(BlockPool.BlockSize + 1));
}
