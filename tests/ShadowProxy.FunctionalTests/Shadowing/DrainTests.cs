using System.Net;
using Microsoft.AspNetCore.Http;
using ShadowProxy.FunctionalTests.Infrastructure;

namespace ShadowProxy.FunctionalTests.Shadowing;

/// <summary>What becomes of requests in flight on a node that is evacuated.</summary>
public sealed class DrainTests
{
    private const string ProxyStatus = "Proxy-Status";

    /// <summary>Enough for the slowest ramp.</summary>
    private const int Ramp = 105;

    private static readonly TimeSpan Overdue = TimeSpan.FromSeconds(2);

    [Theory]
    [InlineData("GET", "Drain", HttpStatusCode.OK, "n0")]
    [InlineData("POST", "Drain", HttpStatusCode.OK, "n0")]
    [InlineData("GET", "Replay", HttpStatusCode.OK, "n1")]
    [InlineData("POST", "Replay", HttpStatusCode.OK, "n0")]
    [InlineData("GET", "Abort", HttpStatusCode.ServiceUnavailable, "")]
    [InlineData("POST", "Abort", HttpStatusCode.ServiceUnavailable, "")]
    public async Task Evacuate_WhileARequestWaits_ItEndsAsInFlightSays(string method, string inFlight, HttpStatusCode status, string answeredBy)
    {
        await using var nodes = await StartAsync($$""" "Hedging": false, "InFlight": "{{inFlight}}" """);
        var visitor = await nodes.VisitorOfAsync("n0");
        var waiting = Wait(nodes);
        using var request = new HttpRequestMessage(new HttpMethod(method), "/");
        request.Headers.Add("Cookie", $"{Visitor.Cookie}={visitor.Session}");
        request.Headers.Add(TestBackend.IdHeader, "r");

        var answering = nodes.CreateClient().SendAsync(request);
        await waiting.Begun;
        // What is waited for in vain is overdue before it goes elsewhere.
        nodes.Clock.Pass(Overdue);
        nodes.Control.Evacuate(ProxyConfiguration.Cluster, "n0");
        nodes.Tick(Ramp);
        if (answeredBy == "n0")
        {
            Assert.Equal((1, 1), (nodes.Status("n0").InFlight, nodes.Status("n0").Draining));
            waiting.Release();
        }
        else
        {
            await waiting.Ended;
        }

        using var response = await answering;
        Assert.Equal((status, answeredBy), (response.StatusCode, await response.Content.ReadAsStringAsync()));
        Assert.Equal(
            status == HttpStatusCode.OK ? null : "shadowproxy; error=destination_unavailable",
            response.Headers.TryGetValues(ProxyStatus, out var values) ? Assert.Single(values) : null);
        Assert.Equal((1, answeredBy == "n1" ? 1 : 0), (nodes[0].Backend.RequestsOf("r"), nodes[1].Backend.RequestsOf("r")));
        await Patience.EventuallyAsync(() => nodes.Status("n0").Draining == 0);
    }

    [Theory]
    [InlineData("GET", "text/event-stream", -1)]
    [InlineData("POST", "*/*", 100_000)]
    [InlineData("PUT", "*/*", 100_000)]
    [InlineData("POST", "*/*", 0)]
    public async Task Drain_WhatMayLast_IsEndedAtItsTimeout(string method, string accept, int length)
    {
        await using var nodes = await StartAsync(""" "DrainTimeout": "00:00:20" """);
        var visitor = await nodes.VisitorOfAsync("n0");
        var waiting = Wait(nodes);
        using var request = new HttpRequestMessage(new HttpMethod(method), "/");
        request.Headers.Add("Cookie", $"{Visitor.Cookie}={visitor.Session}");
        request.Headers.Add("Accept", accept);
        // A length of 0 is not told: a stream of which nobody knows the end.
        request.Content = length < 0 ? null : new ByteArrayContent(new byte[length]);
        request.Headers.TransferEncodingChunked = length == 0 ? true : null;

        var answering = nodes.CreateClient().SendAsync(request);
        await waiting.Begun;
        nodes.Control.Evacuate(ProxyConfiguration.Cluster, "n0");
        nodes.Tick(Ramp);
        Assert.Equal((1, false), (nodes.Status("n0").Draining, answering.IsCompleted));
        nodes.Tick(201);
        await waiting.Ended;

        using var response = await answering;
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal("shadowproxy; error=destination_unavailable", Assert.Single(response.Headers.GetValues(ProxyStatus)));
    }

    private static Task<TestNodes> StartAsync(string defaults) => TestNodes.StartAsync(
        2, configuration => configuration with { Shadowing = TestNodes.Shadowing($"\"Defaults\": {{ {defaults} }}") });

    /// <summary>From now on requests wait on the first node.</summary>
    private static Waiting Wait(TestNodes nodes)
    {
        var waiting = new Waiting();
        nodes[0].Behaviour = waiting.WaitAsync;
        return waiting;
    }

    private sealed class Waiting
    {
        private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>The node has the request.</summary>
        public Task Begun => _begun.Task.Soon();

        /// <summary>The node sees that nobody waits for its answer.</summary>
        public Task Ended => _ended.Task.Soon();

        /// <summary>The node answers.</summary>
        public void Release() => _released.SetResult();

        public async Task WaitAsync(HttpContext context)
        {
            await context.Request.Body.CopyToAsync(Stream.Null);
            _begun.TrySetResult();
            try
            {
                await _released.Task.WaitAsync(context.RequestAborted);
            }
            catch (OperationCanceledException)
            {
                // Nobody waits for the answer any more.
                _ended.SetResult();
            }
        }
    }
}
