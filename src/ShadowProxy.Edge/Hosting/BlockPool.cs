using System.Buffers;
using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Connections;

namespace ShadowProxy.Edge.Hosting;

/// <summary>
/// The memory of connections' buffers, in blocks of 16 KiB, four of Kestrel's: what passes through a proxy passes in fewer pieces, each a call
/// of the system. A connection that waits holds none. Thread-safe.
/// </summary>
internal sealed class BlockPool : MemoryPool<byte>
{
    /// <summary>Bytes of a block.</summary>
    internal const int BlockSize = 16 * 1024;

    /// <summary>Blocks that there may be before some are given up again: 16 MiB.</summary>
    private const int MostKept = 1024;

    private readonly ConcurrentQueue<Block> _free = new();
    private int _blocks;

    /// <inheritdoc/>
    public override int MaxBufferSize => BlockSize;

    /// <inheritdoc/>
    public override IMemoryOwner<byte> Rent(int minBufferSize = -1)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minBufferSize, BlockSize);
        if (_free.TryDequeue(out var block))
            return block.Lend();
        Interlocked.Increment(ref _blocks);
        return new Block(this);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing) => _free.Clear();

    private void TakeBack(Block block)
    {
        if (Volatile.Read(ref _blocks) > MostKept)
            Interlocked.Decrement(ref _blocks);
        else
            _free.Enqueue(block);
    }

    private sealed class Block(BlockPool pool) : IMemoryOwner<byte>
    {
        private bool _isFree;

        public Memory<byte> Memory { get; } = MemoryMarshal.CreateFromPinnedArray(
            GC.AllocateUninitializedArray<byte>(BlockSize, pinned: true), 0, BlockSize);

        public Block Lend()
        {
            _isFree = false;
            return this;
        }

        public void Dispose()
        {
            if (_isFree)
                return;
            _isFree = true;
            pool.TakeBack(this);
        }
    }
}

/// <summary>Gives each of Kestrel's transports its <see cref="BlockPool"/>.</summary>
internal sealed class BlockPoolFactory : IMemoryPoolFactory<byte>
{
    /// <inheritdoc/>
    public MemoryPool<byte> Create(MemoryPoolOptions? options = null) => new BlockPool();
}
