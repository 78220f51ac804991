using ShadowProxy.Forwarding;

namespace ShadowProxy.Tests.Forwarding;

public sealed class SentMethodTests
{
    [Theory]
    [InlineData("GET", 0, 2)]
    [InlineData("DELETE", 0, 2)]
    [InlineData("PUT", 10, 1)]
    public async Task Send_NodeClosesEachConnectionWithoutAnAnswer_OnceMoreAtMost(string name, int length, int sent)
    {
        var connections = new List<MemoryStream>();
        using var handler = Handler(() =>
        {
            // After what was written, there is nothing to be read.
            connections.Add(new MemoryStream());
            return connections[^1];
        });
        using var client = new HttpMessageInvoker(handler);
        using var request = Request(HttpMethod.Parse(name), length);

        await Assert.ThrowsAsync<HttpRequestException>(() => client.SendAsync(request, TestContext.Current.CancellationToken));

        Assert.Equal(sent, connections.Count(connection => connection.ToArray().Length > 0));
        Assert.IsType<SentMethod>(request.Method);
        Assert.Same(HttpMethod.Parse(name), SentMethod.Unmarked(request.Method));
    }

    [Fact]
    public async Task Send_NoConnectionComesAbout_IsNotMarked()
    {
        using var handler = Handler(() => throw new IOException("refused"));
        using var client = new HttpMessageInvoker(handler);
        using var request = Request(HttpMethod.Get, 0);

        await Assert.ThrowsAsync<HttpRequestException>(() => client.SendAsync(request, TestContext.Current.CancellationToken));

        Assert.Same(HttpMethod.Get, request.Method);
    }

    private static SocketsHttpHandler Handler(Func<Stream> connect)
    {
        var handler = new SocketsHttpHandler { ConnectCallback = (_, _) => ValueTask.FromResult(connect()) };
        SentMethod.Install(handler);
        return handler;
    }

    private static HttpRequestMessage Request(HttpMethod method, int length) => new(method, "http://node/")
    {
        Headers = { { "X-First", "1" }, { "X-Second", "2" } },
        Content = length == 0 ? null : new ByteArrayContent(new byte[length]),
    };
}
