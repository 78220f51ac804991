using ShadowProxy.Forwarding;

namespace ShadowProxy.Tests.Forwarding;

public sealed class YieldingStreamTests
{
    private const int Chunk = 16 * 1024;
    private const int ChunksInARow = YieldingStream.MostInARow / Chunk;

    [Fact]
    public async Task ReadAsync_WithoutEverWaiting_LetsOthersTakeTheirTurn()
    {
        var content = Enumerable.Range(0, 3 * YieldingStream.MostInARow).Select(i => (byte)(i * 31)).ToArray();
        await using var stream = new YieldingStream(new MemoryStream(content));
        var received = new byte[content.Length];
        var turns = 0;

        for (var at = 0; at < content.Length; at += Chunk)
        {
            var reading = stream.ReadAsync(received.AsMemory(at, Chunk), TestContext.Current.CancellationToken).AsTask();
            if (!reading.IsCompleted)
                turns++;
            Assert.Equal(Chunk, await reading);
        }

        Assert.InRange(turns, 1, 3);
        Assert.Equal(content, received);
    }

    [Fact]
    public async Task WriteAsync_WithoutEverWaiting_LetsOthersTakeTheirTurn()
    {
        var target = new MemoryStream();
        await using var stream = new YieldingStream(target);
        for (var i = 0; i < ChunksInARow - 1; i++)
            Assert.True(stream.WriteAsync(new byte[Chunk], TestContext.Current.CancellationToken).AsTask().IsCompletedSuccessfully);

        await stream.WriteAsync(new byte[Chunk], TestContext.Current.CancellationToken);

        Assert.Equal(YieldingStream.MostInARow, target.Length);
        Assert.True(stream.WriteAsync(new byte[Chunk], TestContext.Current.CancellationToken).AsTask().IsCompletedSuccessfully);
    }

    [Fact]
    public async Task ReadAsync_ThatHadToWait_StartsAnew()
    {
        var inner = new Pausing();
        await using var stream = new YieldingStream(inner);
        for (var round = 0; round < 3; round++)
        {
            for (var i = 0; i < ChunksInARow - 1; i++)
                Assert.True(stream.ReadAsync(new byte[Chunk], TestContext.Current.CancellationToken).AsTask().IsCompletedSuccessfully);
            inner.Pause = new TaskCompletionSource<int>();
            var waiting = stream.ReadAsync(new byte[Chunk], TestContext.Current.CancellationToken).AsTask();
            inner.Pause.SetResult(1);
            Assert.Equal(1, await waiting);
            inner.Pause = null;
        }
    }

    [Fact]
    public async Task ReadAsync_ThatFails_Fails()
    {
        var inner = new Pausing { Pause = new TaskCompletionSource<int>() };
        inner.Pause.SetException(new IOException("broken"));
        await using var stream = new YieldingStream(inner);

        await Assert.ThrowsAsync<IOException>(() => stream.ReadAsync(new byte[1], TestContext.Current.CancellationToken).AsTask());
    }

    /// <summary>Fills each buffer at once, or waits.</summary>
    private sealed class Pausing : MemoryStream
    {
        public TaskCompletionSource<int>? Pause { get; set; }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            Pause is { } pause ? new ValueTask<int>(pause.Task) : new ValueTask<int>(buffer.Length);
    }
}
