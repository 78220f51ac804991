using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using ShadowProxy.Connections;

namespace ShadowProxy.Tests.Connections;

public class ConnectionPrefaceTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    private readonly Pipe _pipe = new();
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task Read_InPieces_LeavesWhatIsNotThePrefaces()
    {
        var reading = ReadAsync();
        foreach (var value in "1234;rest"u8.ToArray())
            await _pipe.Writer.WriteAsync(new[] { value }, TestContext.Current.CancellationToken);

        Assert.Equal(PrefaceStatus.Complete, await reading);
        await _pipe.Writer.CompleteAsync();
        var rest = await _pipe.Reader.ReadAtLeastAsync(4, TestContext.Current.CancellationToken);
        Assert.Equal("rest"u8.ToArray(), rest.Buffer.ToArray());
    }

    [Fact]
    public async Task Read_NothingMore_TimesOut()
    {
        var reading = ReadAsync();
        await _pipe.Writer.WriteAsync("12"u8.ToArray(), TestContext.Current.CancellationToken);
        _time.Advance(Timeout - TimeSpan.FromMilliseconds(1));
        Assert.False(reading.IsCompleted);

        _time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal(PrefaceStatus.TimedOut, await reading);
    }

    [Fact]
    public async Task Read_EndBeforeThePrefaceDoes_SaysSo()
    {
        await _pipe.Writer.WriteAsync("12"u8.ToArray(), TestContext.Current.CancellationToken);
        await _pipe.Writer.CompleteAsync();

        Assert.Equal(PrefaceStatus.Ended, await ReadAsync());
    }

    [Fact]
    public async Task Read_Reset_IsAnEnd()
    {
        await _pipe.Writer.CompleteAsync(new IOException("Connection reset by peer"));

        Assert.Equal(PrefaceStatus.Ended, await ReadAsync());
    }

    [Fact]
    public async Task Read_Invalid_ConsumesNothing()
    {
        await _pipe.Writer.WriteAsync("x1;"u8.ToArray(), TestContext.Current.CancellationToken);

        Assert.Equal(PrefaceStatus.Invalid, await ReadAsync());
        Assert.True(_pipe.Reader.TryRead(out var left));
        Assert.Equal(3, left.Buffer.Length);
    }

    private Task<PrefaceStatus> ReadAsync() => ConnectionPreface.ReadAsync(_pipe.Reader, Parse, Timeout, _time).AsTask();

    /// <summary>Everything up to a semicolon, which must not begin with an x.</summary>
    private static PrefaceStatus Parse(in ReadOnlySequence<byte> bytes, out long consumed)
    {
        var text = Encoding.ASCII.GetString(bytes);
        var isInvalid = text.StartsWith('x');
        consumed = isInvalid ? 0 : text.IndexOf(';') + 1;
        return isInvalid ? PrefaceStatus.Invalid : consumed > 0 ? PrefaceStatus.Complete : PrefaceStatus.Incomplete;
    }
}
