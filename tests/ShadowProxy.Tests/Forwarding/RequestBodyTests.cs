using CsCheck;
using Microsoft.AspNetCore.Http;
using ShadowProxy.Forwarding;

namespace ShadowProxy.Tests.Forwarding;

public sealed class RequestBodyTests
{
    [Fact]
    public void Rewind_AnyReads_GivesTheWholeBodyAgain() => Gen.Select(Gen.Int[0, 64 * 1024], Gen.Int[1, 70_000], Gen.Int[0, 20], Gen.Int[1, 70_000])
        .SampleAsync(async (length, firstChunk, firstReads, chunk) =>
        {
            var bytes = Bytes(length);
            var body = new RequestBody(new MemoryStream(bytes), Flow("PUT"), record: true, TimeProvider.System);
            var buffer = new byte[firstChunk];
            for (var i = 0; i < firstReads; i++)
                Assert.InRange(await body.ReadAsync(buffer), 0, firstChunk);
            Assert.True(body.IsReplayable);

            body.Rewind();
            Assert.Equal(bytes, await ReadAllAsync(body, chunk));
            body.Rewind();
            Assert.Equal(bytes, await ReadAllAsync(body, chunk));
            body.Release();
        }, iter: 50);

    [Fact]
    public async Task Read_Over64KiB_PassesThroughButCannotBeReadAgain()
    {
        var bytes = Bytes(300_000);
        var body = new RequestBody(new MemoryStream(bytes), Flow("PUT"), record: true, TimeProvider.System);

        Assert.Equal(bytes, await ReadAllAsync(body, 8192));
        Assert.False(body.IsReplayable);
    }

    [Fact]
    public async Task Read_NotRecorded_PassesThrough()
    {
        var bytes = Bytes(1000);
        var body = new RequestBody(new MemoryStream(bytes), Flow("POST"), record: false, TimeProvider.System);

        Assert.Equal(bytes, await ReadAllAsync(body, 100));
        Assert.False(body.IsReplayable);
    }

    [Fact]
    public async Task Read_ZeroBytes_ReachesTheClientAndLosesNothing()
    {
        var inner = new CountingStream(Bytes(100));
        var body = new RequestBody(inner, Flow("PUT"), record: true, TimeProvider.System);

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
        var body = new RequestBody(new MemoryStream(Bytes(10)), flow, record: false, TimeProvider.System);
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
