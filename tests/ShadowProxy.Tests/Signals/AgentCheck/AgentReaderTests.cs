using System.Net;
using System.Net.Sockets;
using System.Text;
using ShadowProxy.Signals.AgentCheck;

namespace ShadowProxy.Tests.Signals.AgentCheck;

public sealed class AgentReaderTests : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public AgentReaderTests() => _listener.Start();

    public void Dispose() => _listener.Dispose();

    [Theory]
    [InlineData("up 50%\n", "up 50%")]
    [InlineData("up 50%\r\n", "up 50%")]
    [InlineData("drain\rrest\n", "drain")]
    [InlineData("\nup\n", "")]
    public async Task ReadAsync_Line_EndsAtTheFirstCrOrLf(string sent, string line) => Assert.Equal(line, await AnswerAsync(sent));

    [Fact]
    public async Task ReadAsync_LineInPieces_IsReadWhole() => Assert.Equal("up 50%", await AnswerAsync("up", " 5", "0%", "\n"));

    [Theory]
    [InlineData("", "without a word")]
    [InlineData("up", "before the line's end")]
    public async Task ReadAsync_NoWholeLine_IsSaid(string sent, string error) =>
        Assert.Contains(error, (await Assert.ThrowsAsync<InvalidDataException>(() => AnswerAsync(sent))).Message, StringComparison.Ordinal);

    [Fact]
    public async Task ReadAsync_FloodWithoutALine_IsCutShort() => Assert.Contains(
        "without a line's end", (await Assert.ThrowsAsync<InvalidDataException>(() => AnswerAsync(new string('x', 3 * AgentReader.MostBytes)))).Message,
        StringComparison.Ordinal);

    [Fact]
    public async Task ReadAsync_NobodyListens_IsASocketError()
    {
        _listener.Stop();

        await Assert.ThrowsAsync<SocketException>(() => AgentReader.ReadAsync(_listener.LocalEndpoint, default));
    }

    [Fact]
    public async Task ReadAsync_SilentAgent_EndsWhenCancelled()
    {
        using var cancellation = new CancellationTokenSource();
        var reading = AgentReader.ReadAsync(_listener.LocalEndpoint, cancellation.Token);
        using var agent = await _listener.AcceptSocketAsync();

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
    }

    private async Task<string> AnswerAsync(params string[] pieces)
    {
        var reading = AgentReader.ReadAsync(_listener.LocalEndpoint, default);
        using (var agent = await _listener.AcceptSocketAsync())
        {
            agent.NoDelay = true;
            foreach (var piece in pieces)
            {
                await agent.SendAsync(Encoding.Latin1.GetBytes(piece));
                await Task.Yield();
            }

            agent.Shutdown(SocketShutdown.Send);
            return await reading;
        }
    }
}
