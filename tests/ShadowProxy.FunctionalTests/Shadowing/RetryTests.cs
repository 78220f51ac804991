using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Http;
using ShadowProxy.FunctionalTests.Infrastructure;

namespace ShadowProxy.FunctionalTests.Shadowing;

/// <summary>Which requests go to a further node, and which never do.</summary>
public sealed class RetryTests
{
    private const int MostReplayed = 64 * 1024;

    [Theory]
    [InlineData("GET", 0)]
    [InlineData("POST", 0)]
    [InlineData("POST", 1024 * 1024)]
    public async Task Connect_Refused_NextNodeTakesTheRequestWhateverTheMethod(string method, int length)
    {
        await using var nodes = await TestNodes.StartAsync(2);
        var received = Receive(nodes[1]);
        var visitor = await nodes.VisitorOfAsync("n0");
        await nodes[0].Backend.AbortAsync();

        var body = Body(length);
        var visit = await visitor.SendAsync(new HttpMethod(method), "/", length == 0 ? null : new ByteArrayContent(body), "r");

        Assert.Equal((HttpStatusCode.OK, "n1", 2), (visit.Status, visit.Body, visit.Attempts));
        Assert.Equal(body, await received);
        Assert.Equal(1, nodes[1].Backend.RequestsOf("r"));
    }

    [Fact]
    public async Task Connect_RefusedToAPostThatExpectsContinue_NextNodeTakesIt()
    {
        await using var nodes = await TestNodes.StartAsync(2);
        var received = Receive(nodes[1]);
        var visitor = await nodes.VisitorOfAsync("n0");
        await nodes[0].Backend.AbortAsync();

        var body = Body(1000);
        using var client = new TcpClient();
        await client.ConnectAsync(nodes.Proxy.Address.Host, nodes.Proxy.Address.Port);
        await using var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            $"POST / HTTP/1.1\r\nHost: test\r\nExpect: 100-continue\r\nContent-Length: 1000\r\nCookie: {Visitor.Cookie}={visitor.Session}\r\n{TestBackend.IdHeader}: r\r\n\r\n"));
        using var reader = new StreamReader(stream);
        Assert.Equal("HTTP/1.1 100 Continue", await reader.ReadLineAsync());
        await stream.WriteAsync(body);

        Assert.Equal("", await reader.ReadLineAsync());
        Assert.Equal("HTTP/1.1 200 OK", await reader.ReadLineAsync());
        Assert.Equal(body, await received);
        Assert.Equal(1, nodes[1].Backend.RequestsOf("r"));
    }

    /// <summary>
    /// The node reads the request on a connection that stood already, closes it and listens no more: the handler sends the request again by
    /// itself and finds nobody. Seen from outside that is a refused connect; but the request was sent.
    /// </summary>
    [Fact]
    public async Task Connection_BreaksAndTheNodeIsGone_RequestCountsAsSent()
    {
        await using var first = new RawBackend("first");
        await using var second = new RawBackend("second");
        await using var third = new RawBackend("third");
        RawBackend[] deadly = [first, second, third];
        await using var nodes = await StartWithAsync(deadly);
        var visitor = await nodes.VisitorOfAsync("first");
        await nodes.VisitorOfAsync("second");
        await nodes.VisitorOfAsync("third");
        foreach (var backend in deadly)
            backend.Breaks = Breaking.Die;

        await visitor.SendAsync(HttpMethod.Get, "/", null, "r");

        Assert.InRange(deadly.Sum(backend => backend.RequestsOf("r")) + nodes[0].Backend.RequestsOf("r"), 1, 2);
    }

    [Theory]
    [InlineData("GET", 0, true)]
    [InlineData("DELETE", 0, true)]
    [InlineData("PUT", MostReplayed, true)]
    [InlineData("PUT", MostReplayed + 1, false)]
    [InlineData("POST", 0, false)]
    [InlineData("POST", 1, false)]
    [InlineData("PATCH", 1, false)]
    public async Task Answer_503_IsBetteredByAnotherNodeWhereTheRequestMayBeRepeated(string method, int length, bool repeated)
    {
        await using var nodes = await TestNodes.StartAsync(2);
        var received = Receive(nodes[1]);
        var visitor = await nodes.VisitorOfAsync("n0");
        nodes[0].Behaviour = UnavailableAsync;

        var body = Body(length);
        var visit = await visitor.SendAsync(new HttpMethod(method), "/", length == 0 ? null : new ByteArrayContent(body), "r");

        Assert.Equal((1, repeated ? 1 : 0), (nodes[0].Backend.RequestsOf("r"), nodes[1].Backend.RequestsOf("r")));
        Assert.Equal(
            repeated ? (HttpStatusCode.OK, "n1", 2) : (HttpStatusCode.ServiceUnavailable, "", 1), (visit.Status, visit.Body, visit.Attempts));
        if (repeated)
            Assert.Equal(body, await received);
    }

    [Fact]
    public async Task Answer_503Everywhere_OneFurtherNodeAtMostIsAsked()
    {
        await using var nodes = await TestNodes.StartAsync(4);
        var visitor = await nodes.VisitorOfAsync("n0");
        foreach (var node in nodes.All)
            node.Behaviour = UnavailableAsync;

        var visit = await visitor.SendAsync(HttpMethod.Get, "/", null, "r");

        Assert.Equal((HttpStatusCode.ServiceUnavailable, 2), (visit.Status, visit.Attempts));
        Assert.Equal(2, nodes.All.Sum(node => node.Backend.RequestsOf("r")));
    }

    [Fact]
    public async Task Answer_503Everywhere_RetriesStayWithinTheBudget()
    {
        const int requests = 600;
        const int perTick = 30;
        await using var nodes = await TestNodes.StartAsync(4);
        foreach (var node in nodes.All)
            node.Behaviour = UnavailableAsync;

        for (var sent = 0; sent < requests; sent += perTick)
        {
            await Task.WhenAll(Enumerable.Range(0, perTick).Select(_ => nodes.CreateVisitor().GetAsync()));
            nodes.Tick();
        }

        var most = (requests * 1.2) + 50 + (3 * 0.1 * requests / perTick);
        Assert.InRange(nodes.All.Sum(node => node.Backend.Requests), requests + 50, most);
    }

    [Theory]
    [InlineData("GET", 0, true, Breaking.Reset)]
    [InlineData("GET", 0, true, Breaking.Close)]
    [InlineData("PUT", 1000, true, Breaking.Reset)]
    [InlineData("PUT", 1000, true, Breaking.Close)]
    [InlineData("POST", 0, false, Breaking.Reset)]
    [InlineData("POST", 0, false, Breaking.Close)]
    [InlineData("POST", 1000, false, Breaking.Reset)]
    [InlineData("POST", 1000, false, Breaking.Close)]
    public async Task Connection_BreaksBeforeTheAnswerOnAReusedConnection_OnlyWhatMayBeRepeatedIs(
        string method, int length, bool repeated, Breaking breaks)
    {
        await using var raw = new RawBackend("raw");
        await using var nodes = await StartWithAsync([raw]);
        var received = Receive(nodes[0]);
        var visitor = await nodes.VisitorOfAsync("raw");
        raw.Breaks = breaks;

        var body = Body(length);
        var visit = await visitor.SendAsync(new HttpMethod(method), "/", length == 0 ? null : new ByteArrayContent(body), "r");

        Assert.Equal(repeated ? (HttpStatusCode.OK, "n0") : (HttpStatusCode.BadGateway, ""), (visit.Status, visit.Body));
        Assert.Equal(repeated ? 1 : 0, nodes[0].Backend.RequestsOf("r"));
        if (repeated)
            Assert.Equal(body, await received);
        else
            Assert.Equal(1, raw.RequestsOf("r"));
    }

    /// <summary>As <c>curl -X POST</c> sends it. .NET's client would send such a request again by itself.</summary>
    [Theory]
    [InlineData(Breaking.Reset)]
    [InlineData(Breaking.Close)]
    public async Task Connection_BreaksBeforeTheAnswerToAPostWithoutBodyAndLength_ItIsSentOnce(Breaking breaks)
    {
        await using var raw = new RawBackend("raw");
        await using var nodes = await StartWithAsync([raw]);
        var visitor = await nodes.VisitorOfAsync("raw");
        raw.Breaks = breaks;

        using var client = new TcpClient();
        await client.ConnectAsync(nodes.Proxy.Address.Host, nodes.Proxy.Address.Port);
        await using var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            $"POST / HTTP/1.1\r\nHost: test\r\nCookie: {Visitor.Cookie}={visitor.Session}\r\n{TestBackend.IdHeader}: r\r\n\r\n"));
        using var reader = new StreamReader(stream);

        Assert.Equal("HTTP/1.1 502 Bad Gateway", await reader.ReadLineAsync());
        Assert.Equal((1, 0), (raw.RequestsOf("r"), nodes[0].Backend.RequestsOf("r")));
    }

    [Fact]
    public async Task Retry_HeadersOfMiddlewareAround_StayAndThoseOfTheFailedAttemptGo()
    {
        await using var nodes = await TestNodes.StartAsync(2);
        var visitor = await nodes.VisitorOfAsync("n0");
        nodes[0].Behaviour = context =>
        {
            context.Response.Headers["X-Failed"] = "yes";
            return UnavailableAsync(context);
        };
        using var client = nodes.CreateClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");
        request.Headers.TryAddWithoutValidation("Cookie", $"{Visitor.Cookie}={visitor.Session}");

        using var response = await client.SendAsync(request);

        Assert.Equal("n1", await response.Content.ReadAsStringAsync());
        Assert.False(response.Headers.Contains("X-Failed"));
        Assert.Single(response.Headers.GetValues("X-Shadowing"));
    }

    /// <summary>One node beside the raw one.</summary>
    private static Task<TestNodes> StartWithAsync(RawBackend[] raw) => TestNodes.StartAsync(1, configuration => configuration with
    {
        Nodes = [.. configuration.Nodes, .. raw.Select(backend => new TestNode(backend.Id, backend.Address))],
    });

    private static byte[] Body(int length)
    {
        var body = new byte[length];
        new Random(length).NextBytes(body);
        return body;
    }

    private static Task UnavailableAsync(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        return Task.CompletedTask;
    }

    /// <summary>The body of the request with the id <c>r</c> that the node gets.</summary>
    private static Task<byte[]> Receive(TestNodeBackend node)
    {
        var received = new TaskCompletionSource<byte[]>();
        node.Behaviour = async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            if (context.Request.Headers[TestBackend.IdHeader] == "r")
                received.SetResult(body.ToArray());
        };
        return received.Task.Soon();
    }
}
