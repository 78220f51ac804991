using System.Net;
using Microsoft.AspNetCore.Http;
using ShadowProxy.FunctionalTests.Infrastructure;

namespace ShadowProxy.FunctionalTests.PassThrough;

public sealed class HttpSemanticsTests
{
    [Fact]
    public async Task Head_Length_IsKeptWithoutABody()
    {
        await using var hop = await Hop.StartAsync(context =>
        {
            context.Response.ContentLength = 1234;
            return Task.CompletedTask;
        });

        using var response = await hop.Session.SendAsync(HttpMethod.Head, "/");

        Assert.Equal(1234, response.Content.Headers.ContentLength);
        Assert.Empty(await response.Content.ReadAsByteArrayAsync());
    }

    [Theory]
    [InlineData(HttpStatusCode.NoContent)]
    [InlineData(HttpStatusCode.NotModified)]
    [InlineData(HttpStatusCode.ResetContent)]
    public async Task BodilessStatus_Headers_AreKept(HttpStatusCode status)
    {
        await using var hop = await Hop.StartAsync(context =>
        {
            context.Response.StatusCode = (int)status;
            context.Response.Headers.ETag = "\"v1\"";
            return Task.CompletedTask;
        });

        using var first = await hop.Session.SendAsync(HttpMethod.Get, "/");
        using var second = await hop.Session.SendAsync(HttpMethod.Get, "/");

        Assert.Equal((status, "\"v1\""), (first.StatusCode, first.Headers.ETag?.Tag));
        Assert.Equal((status, "\"v1\""), (second.StatusCode, second.Headers.ETag?.Tag));
        Assert.Equal(2, hop.Backend.Requests);
    }

    [Fact]
    public async Task ChunkedResponse_FirstChunk_ArrivesBeforeTheLast()
    {
        using var received = new SemaphoreSlim(0);
        await using var hop = await Hop.StartAsync(async context =>
        {
            await context.Response.WriteAsync("first");
            await received.WaitAsync(context.RequestAborted);
            await context.Response.WriteAsync("last!");
        });

        using var response = await hop.Session.SendAsync(HttpMethod.Get, "/");
        var stream = await response.Content.ReadAsStreamAsync();
        var part = new byte[5];
        await stream.ReadExactlyAsync(part).AsTask().Soon();
        received.Release();
        using var rest = new StreamReader(stream);

        Assert.True(response.Headers.TransferEncodingChunked);
        Assert.Equal("first"u8.ToArray(), part);
        Assert.Equal("last!", await rest.ReadToEndAsync().Soon());
    }

    [Fact]
    public async Task LargeHeaders_BothWays_ArriveUnchanged()
    {
        var large = new string('h', 20_000);
        await using var hop = await Hop.StartAsync(context =>
        {
            context.Response.Headers["X-Large"] = context.Request.Headers["X-Large"];
            context.Response.Headers.SetCookie = new[] { "a=1; path=/", "b=2; path=/" };
            return Task.CompletedTask;
        });

        using var response = await hop.Session.SendAsync(HttpMethod.Get, "/", null, ("X-Large", large));

        Assert.Equal(large, response.Headers.GetValues("X-Large").Single());
        Assert.Equal(["a=1; path=/", "b=2; path=/"], response.Headers.GetValues("Set-Cookie"));
    }

    [Fact]
    public async Task PathAndQuery_EscapesAndRepeats_ArriveUnchanged()
    {
        await using var hop = await Hop.StartAsync(context =>
            context.Response.WriteAsync(context.Request.Path.ToUriComponent() + context.Request.QueryString));

        var target = await hop.Session.GetAsync("/a%20b/%C3%A9?x=1&x=2&empty=&%26=%3D");

        Assert.Equal("/a%20b/%C3%A9?x=1&x=2&empty=&%26=%3D", target);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(404)]
    [InlineData(429)]
    [InlineData(500)]
    public async Task BackendError_StatusAndBody_ReachTheClient(int status)
    {
        await using var hop = await Hop.StartAsync(context =>
        {
            context.Response.StatusCode = status;
            return context.Response.WriteAsync("why");
        });

        using var response = await hop.Session.SendAsync(HttpMethod.Get, "/");

        Assert.Equal((status, "why"), ((int)response.StatusCode, await response.Content.ReadAsStringAsync()));
    }

    [Fact]
    public async Task ExpectContinue_BackendReads_BodyIsSent()
    {
        await using var hop = await Hop.StartAsync(async context =>
        {
            using var body = new StreamReader(context.Request.Body);
            await context.Response.WriteAsync(await body.ReadToEndAsync());
        });
        hop.Session.Http.DefaultRequestHeaders.ExpectContinue = true;

        using var response = await hop.Session.SendAsync(HttpMethod.Post, "/", new StringContent("body"));

        Assert.Equal("body", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task ExpectContinue_BackendRefuses_BodyIsNotSent()
    {
        await using var hop = await Hop.StartAsync(context =>
        {
            context.Response.StatusCode = StatusCodes.Status413PayloadTooLarge;
            return Task.CompletedTask;
        });
        hop.Session.Http.DefaultRequestHeaders.ExpectContinue = true;
        var content = new ObservedContent();

        using var response = await hop.Session.SendAsync(HttpMethod.Post, "/", content);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        Assert.False(content.WasSent);
    }

    [Fact]
    public async Task Abort_ByClientBeforeHeaders_ReachesTheBackend()
    {
        var entered = new TaskCompletionSource();
        var aborted = new TaskCompletionSource();
        await using var hop = await Hop.StartAsync(async context =>
        {
            context.RequestAborted.Register(aborted.SetResult);
            entered.SetResult();
            await aborted.Task;
        });
        using var cancellation = new CancellationTokenSource();

        var request = hop.Session.Http.GetAsync("/", cancellation.Token);
        await entered.Task.Soon();
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => request);
        await aborted.Task.Soon();
    }

    [Fact]
    public async Task Abort_ByClientInMidBody_ReachesTheBackend()
    {
        var aborted = new TaskCompletionSource();
        await using var hop = await Hop.StartAsync(async context =>
        {
            context.RequestAborted.Register(aborted.SetResult);
            await context.Response.WriteAsync("first");
            await aborted.Task;
        });

        using (var response = await hop.Session.SendAsync(HttpMethod.Get, "/"))
            await (await response.Content.ReadAsStreamAsync()).ReadExactlyAsync(new byte[5]).AsTask().Soon();

        await aborted.Task.Soon();
    }

    [Fact]
    public async Task Abort_ByBackendInMidBody_ReachesTheClient()
    {
        var received = new TaskCompletionSource();
        await using var hop = await Hop.StartAsync(async context =>
        {
            await context.Response.WriteAsync("first");
            await received.Task;
            context.Abort();
        });

        using var response = await hop.Session.SendAsync(HttpMethod.Get, "/");
        var stream = await response.Content.ReadAsStreamAsync();
        await stream.ReadExactlyAsync(new byte[5]).AsTask().Soon();
        received.SetResult();

        await Assert.ThrowsAnyAsync<IOException>(() => stream.ReadAsync(new byte[1]).AsTask().Soon());
    }

    /// <summary>Long enough that an HTTP/1.1 client would rather close the connection than send it unasked.</summary>
    private sealed class ObservedContent : HttpContent
    {
        private readonly byte[] _body = new byte[100_000];

        public bool WasSent { get; private set; }

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            WasSent = true;
            return stream.WriteAsync(_body).AsTask();
        }

        protected override bool TryComputeLength(out long length)
        {
            length = _body.Length;
            return true;
        }
    }
}
