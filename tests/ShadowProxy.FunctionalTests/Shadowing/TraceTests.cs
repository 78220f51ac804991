using System.Collections.Concurrent;
using System.Diagnostics;
using ShadowProxy.FunctionalTests.Infrastructure;

namespace ShadowProxy.FunctionalTests.Shadowing;

/// <summary>Each attempt at a request is a span of the request's trace.</summary>
public sealed class TraceTests : IDisposable
{
    private readonly ActivityTraceId _trace = ActivityTraceId.CreateRandom();
    private readonly ConcurrentQueue<Activity> _attempts = [];
    private readonly ActivityListener _listener;

    public TraceTests()
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is "ShadowProxy" or "Microsoft.AspNetCore" or "System.Net.Http",
            Sample = (ref options) => options.TraceId == _trace ? ActivitySamplingResult.AllDataAndRecorded : ActivitySamplingResult.None,
            ActivityStopped = activity =>
            {
                if (activity.Source.Name == "ShadowProxy" && activity.TraceId == _trace)
                    _attempts.Enqueue(activity);
            },
        };
        ActivitySource.AddActivityListener(_listener);
    }

    public void Dispose() => _listener.Dispose();

    [Fact]
    public async Task FirstAttemptServes_OneSpan()
    {
        await using var nodes = await TestNodes.StartAsync(2);
        var visitor = await nodes.VisitorOfAsync("n0");

        await TracedAsync(visitor, "/a/b?secret=1");

        var attempt = Assert.Single(await AttemptsAsync(1));
        Assert.Equal(("GET", ActivityKind.Client, ActivityStatusCode.Unset), (attempt.DisplayName, attempt.Kind, attempt.Status));
        Assert.Equal(
            new Dictionary<string, object?>
            {
                ["http.request.method"] = "GET",
                ["server.address"] = "127.0.0.1",
                ["server.port"] = nodes[0].Backend.Address.Port,
                ["url.full"] = $"http://127.0.0.1:{nodes[0].Backend.Address.Port}/a/b?*",
                ["http.response.status_code"] = 200,
                ["shadowproxy.cluster"] = ProxyConfiguration.Cluster,
                ["shadowproxy.route"] = attempt.GetTagItem("shadowproxy.route"),
                ["shadowproxy.node"] = "n0",
                ["shadowproxy.attempt"] = "first",
                ["shadowproxy.outcome"] = "answered",
            },
            attempt.TagObjects.ToDictionary());
    }

    [Fact]
    public async Task ConnectRefused_TheRetryIsASpanBesideTheFirst()
    {
        await using var nodes = await TestNodes.StartAsync(2);
        var visitor = await nodes.VisitorOfAsync("n0");
        await nodes[0].Backend.AbortAsync();

        Assert.Equal("n1", (await TracedAsync(visitor)).Body);

        var attempts = await AttemptsAsync(2);
        Assert.Equal(["n0 first  connection_refused connection_refused", "n1 retry 1 answered "], attempts.Select(Describe));
        Assert.Single(attempts.Select(attempt => attempt.ParentSpanId).Distinct());
        Assert.Equal(ActivityStatusCode.Error, attempts[0].Status);
    }

    [Fact]
    public async Task AnswerOverdue_TheHedgeIsASpanBesideTheFirstAndItsNodeIsOfTheTrace()
    {
        await using var nodes = await TestNodes.StartAsync(2);
        var visitor = await nodes.VisitorOfAsync("n0");
        var parents = new ConcurrentDictionary<string, string>();
        nodes[1].Behaviour = context =>
        {
            parents["n1"] = context.Request.Headers.TraceParent.ToString();
            return Task.CompletedTask;
        };
        nodes[0].Behaviour = async context =>
        {
            parents["n0"] = context.Request.Headers.TraceParent.ToString();
            nodes.Clock.Pass(TimeSpan.FromSeconds(2));
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        };

        Assert.Equal("n1", (await TracedAsync(visitor)).Body);

        var attempts = (await AttemptsAsync(2)).OrderBy(attempt => attempt.GetTagItem("http.request.resend_count")).ToArray();
        Assert.Equal(["n0 first  overtaken ", "n1 hedge 1 answered "], attempts.Select(Describe));
        Assert.Single(attempts.Select(attempt => attempt.ParentSpanId).Distinct());
        Assert.All(parents.Values, parent => Assert.Contains(_trace.ToString(), parent));
        Assert.NotEqual(parents["n0"], parents["n1"]);
    }

    private Task<Visit> TracedAsync(Visitor visitor, string path = "/")
    {
        visitor.Headers["traceparent"] = $"00-{_trace}-b7ad6b7169203331-01";
        return visitor.GetAsync(path);
    }

    private async Task<Activity[]> AttemptsAsync(int count)
    {
        await Patience.EventuallyAsync(() => _attempts.Count >= count);
        Assert.Equal(count, _attempts.Count);
        return [.. _attempts];
    }

    private static string Describe(Activity attempt) =>
        string.Join(' ', ((string[])["shadowproxy.node", "shadowproxy.attempt", "http.request.resend_count", "shadowproxy.outcome", "error.type"])
            .Select(name => attempt.GetTagItem(name)));
}
