using CsCheck;
using Microsoft.AspNetCore.Http;
using ShadowProxy.Forwarding;

namespace ShadowProxy.Tests.Forwarding;

public sealed class RequestBodyTests
{
    private readonly RecordedBodies _recordings = new();

    [Fact]
    public void Rewind_AnyReads_GivesTheWholeBodyAgain() => Gen.Select(Gen.Int[0, 64 * 1024], Gen.Int[1, 70_000], Gen.Int[0, 20], Gen.Int[1, 70_000])
        .SampleAsync(async (length, firstChunk, firstReads, chunk) =>
        {
            var bytes = Bytes(length);
            var body = new RequestBody(new MemoryStream(bytes), Flow("PUT"), _recordings, TimeProvider.System);
            var buffer = new byte[firstChunk];
            for (var i = 0; i < firstReads; i++)
                Assert.InRange(await body.ReadAsync(buffer), 0, firstChunk);
            Assert.True(body.IsReplayable);

            body.Rewind();
            Assert.Equal(bytes, await ReadAllAsync(body, chunk));
            body.Rewind();
            Assert.Equal(bytes, await ReadAllAsync(body, chunk));
            body.Release();
            Assert.Equal(0, _recordings.Held);
        }, threads: 1, iter: 50);

    [Fact]
    public async Task Read_Over64KiB_PassesThroughButCannotBeReadAgain()
    {
        var bytes = Bytes(300_000);
        var body = new RequestBody(new MemoryStream(bytes), Flow("PUT"), _recordings, TimeProvider.System);

        Assert.Equal(bytes, await ReadAllAsync(body, 8192));
        Assert.False(body.IsReplayable);
    }

    [Fact]
    public async Task Read_ProcessKeepsTooMuch_PassesThroughButCannotBeReadAgain()
    {
        var full = new RecordedBodies(mostBytes: 20_000);
        var bytes = Bytes(16_000);
        var first = new RequestBody(new MemoryStream(bytes), Flow("PUT"), full, TimeProvider.System);
        var second = new RequestBody(new MemoryStream(bytes), Flow("PUT"), full, TimeProvider.System);

        Assert.Equal(bytes, await ReadAllAsync(first, 16_000));
        Assert.Equal(bytes, await ReadAllAsync(second, 16_000));
        Assert.Equal((true, false), (first.IsReplayable, second.IsReplayable));
        Assert.InRange(full.Held, 16_000, 20_000);

        first.Release();
        second.Release();
        Assert.Equal(0, full.Held);
        var third = new RequestBody(new MemoryStream(bytes), Flow("PUT"), full, TimeProvider.System);
        Assert.Equal(bytes, await ReadAllAsync(third, 16_000));
        Assert.True(third.IsReplayable);
    }

    [Fact]
    public async Task Release_WhileAnotherThreadTakesTheBody_GivesItWholeOrNotAtAll()
    {
        var bytes = Bytes(3000);
        for (var i = 0; i < 500; i++)
        {
            var body = new RequestBody(new MemoryStream(bytes), Flow("PUT"), _recordings, TimeProvider.System);
            Assert.Equal(bytes, await ReadAllAsync(body, 1000));
            var isWhole = false;
            byte[] taken = [];
            Parallel.Invoke(() => isWhole = body.TryGetWhole(out taken), body.Release);

            Assert.Equal(isWhole ? bytes : [], taken);
            Assert.False(body.TryGetWhole(out _));
        }

        Assert.Equal(0, _recordings.Held);
    }

    [Fact]
    public async Task Read_NotRecorded_PassesThrough()
    {
        var bytes = Bytes(1000);
        var body = new RequestBody(new MemoryStream(bytes), Flow("POST"), recordings: null, TimeProvider.System);

        Assert.Equal(bytes, await ReadAllAsync(body, 100));
        Assert.False(body.IsReplayable);
    }

    [Fact]
    public async Task Read_ZeroBytes_ReachesTheClientAndLosesNothing()
    {
        var inner = new CountingStream(Bytes(100));
        var body = new RequestBody(inner, Flow("PUT"), _recordings, TimeProvider.System);

        Assert.Equal(0, await body.ReadAsync(Memory<byte>.Empty));
        Assert.Equal(1, inner.ZeroByteReads);
        var first = await ReadAllAsync(body, 10);
        body.Rewind();
        Assert.Equal(0, await body.ReadAsync(Memory<byte>.Empty));
        Assert.Equal(first, await ReadAllAsync(body, 10));
    }

    [Fact]
    public async Task Read_First_MarksTheContentAsRead()
    {
        var flow = Flow("POST");
        Assert.False(flow.IsContentRead);
        var body = new RequestBody(new MemoryStream(Bytes(10)), flow, recordings: null, TimeProvider.System);
        Assert.Equal(5, await body.ReadAsync(new byte[5]));

        Assert.True(flow.IsContentRead);
    }

    private static FlowContext Flow(string method)
    {
        var context = new DefaultHttpContext();
        context.Request.Method = method;
        return Flows.Of(context);
    }

    private static byte[] Bytes(int length)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        return bytes;
    }

    private static async Task<byte[]> ReadAllAsync(Stream stream, int chunk)
    {
        var all = new MemoryStream();
        var buffer = new byte[chunk];
        while (await stream.ReadAsync(buffer) is > 0 and var read)
            all.Write(buffer, 0, read);
        return all.ToArray();
    }

    private sealed class CountingStream(byte[] bytes) : MemoryStream(bytes)
    {
        public int ZeroByteReads { get; private set; }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (buffer.IsEmpty)
                ZeroByteReads++;
            return base.ReadAsync(buffer, cancellationToken);
        }
    }
}
