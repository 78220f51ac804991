using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Time.Testing;
using ShadowProxy.Connections;

namespace ShadowProxy.Tests.Connections;

public class TlsFingerprintTests
{
    private static readonly byte[] Hello = ClientHelloWriter.Parse("_1301,1302_0000,000a,000d_0403").ToRecords(20);

    private readonly Pipe _input = new();
    private readonly FakeTimeProvider _time = new();
    private readonly ConnectionContext _connection;
    private long _served = -1;

    public TlsFingerprintTests() => _connection = InputConnection.Create(_input.Reader);

    private string? Ja4 => _connection.Features.Get<ITlsFingerprintFeature>()?.Ja4;

    [Fact]
    public async Task Take_HelloInPieces_LeavesItForTheHandshake()
    {
        var taking = TakeAsync();
        foreach (var piece in Hello.Chunk(7))
            await _input.Writer.WriteAsync(piece, TestContext.Current.CancellationToken);
        await taking;

        Assert.StartsWith("t12d0203", Ja4, StringComparison.Ordinal);
        Assert.Equal(Hello.Length, _served);
    }

    [Fact]
    public async Task Take_NoTls_LeavesItToTheHandshakeToRefuse()
    {
        await _input.Writer.WriteAsync("GET / HTTP/1.1\r\n\r\n"u8.ToArray(), TestContext.Current.CancellationToken);
        await TakeAsync();

        Assert.Null(Ja4);
        Assert.Equal(18, _served);
    }

    [Fact]
    public async Task Take_NoHandshakeInTime_EndsTheConnection()
    {
        var taking = TakeAsync();
        await _input.Writer.WriteAsync(Hello.AsMemory(0, 9), TestContext.Current.CancellationToken);
        _time.Advance(TimeSpan.FromSeconds(10));
        await taking;

        Assert.Equal(-1, _served);
    }

    [Fact]
    public void Take_TheCallbacksRecord_IsTakenOnce()
    {
        var record = ClientHelloWriter.Parse("_1301,1302_0000,000a,000d_0403").ToRecords();
        TlsFingerprint.Take(_connection, new ReadOnlySequence<byte>(record));
        var first = _connection.Features.Get<ITlsFingerprintFeature>();
        TlsFingerprint.Take(_connection, new ReadOnlySequence<byte>(record));

        Assert.NotNull(first);
        Assert.Same(first, _connection.Features.Get<ITlsFingerprintFeature>());
    }

    private Task TakeAsync() => TlsFingerprint.TakeAsync(_connection, ServeAsync, _time);

    private async Task ServeAsync(ConnectionContext connection) =>
        _served = (await connection.Transport.Input.ReadAsync(TestContext.Current.CancellationToken)).Buffer.Length;
}
