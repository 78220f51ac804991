using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Time.Testing;
using ShadowProxy.Lab.Load;

namespace ShadowProxy.Tests.Lab.Load;

public sealed class OpenLoopLoadTests
{
    private static readonly LoadOptions Short = new() { Duration = TimeSpan.FromSeconds(0.5), Rate = 100, Sessions = 5, Seed = 3 };
    private static readonly int Planned = LoadSchedule.Create(Short).Count;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task RunAsync_ServerAnswersNobodyUntilAllHaveAsked_SendsAllAnyway()
    {
        var asked = 0;
        var all = new TaskCompletionSource();
        await using var server = await LoadServer.StartAsync(_ =>
        {
            if (Interlocked.Increment(ref asked) == Planned)
                all.SetResult();
            return all.Task;
        });
        using var load = new OpenLoopLoad(server.Address, Short, TimeProvider.System);

        await load.RunAsync(Stop);

        Assert.Equal((Planned, 0, 0), (load.Status.Requests, load.Status.Failed, load.Status.InFlight));
    }

    [Fact]
    public async Task RunAsync_LoadItselfStalls_LatencyCountsFromTheIntendedTime()
    {
        await using var server = await LoadServer.StartAsync(_ => Task.CompletedTask);
        var time = new FakeTimeProvider();
        var options = Short with { Duration = TimeSpan.FromSeconds(4) };
        var schedule = LoadSchedule.Create(options);
        using var load = new OpenLoopLoad(server.Address, options, time);

        var run = load.RunAsync(Stop);
        time.Advance(options.Duration);
        await run;

        var stalled = options.Duration.TotalMilliseconds;
        Assert.InRange(load.Status.P50Ms!.Value, 0.45 * stalled, 0.55 * stalled);
        Assert.InRange(load.Status.P999Ms!.Value, 0.95 * stalled, 1.01 * stalled);
        Assert.InRange(load.Status.LatenessP99Ms!.Value, 0.95 * stalled, 1.01 * stalled);
        Assert.Equal(schedule.Count(a => options.Duration - a.At > LoadStatus.SlowAfter), load.Status.Slow);
    }

    [Fact]
    public async Task RunAsync_ServerErrors_CountAsFailedByStatus()
    {
        await using var server = await LoadServer.StartAsync(context =>
        {
            context.Response.StatusCode = context.Request.Method == "POST" ? 503 : 404;
            return Task.CompletedTask;
        });
        using var load = new OpenLoopLoad(server.Address, Short, TimeProvider.System);

        await load.RunAsync(Stop);

        var posts = LoadSchedule.Create(Short).Count(a => a.IsPost);
        Assert.Equal((Planned, posts), (load.Status.Requests, load.Status.Failed));
        Assert.Equal(KeyValuePair.Create("503", (long)posts), Assert.Single(load.Status.Failures));
    }

    [Fact]
    public async Task RunAsync_Observed_TellsOfEachRequestWhatBecameOfIt()
    {
        await using var server = await LoadServer.StartAsync(context =>
        {
            context.Response.StatusCode = context.Request.Method == "POST" ? 503 : 200;
            context.Response.Headers["X-Backend"] = "north";
            return Task.CompletedTask;
        });
        var records = new ConcurrentQueue<LoadRecord>();
        using var load = new OpenLoopLoad(server.Address, Short with { PostShare = 0.5 }, TimeProvider.System, records.Enqueue);

        await load.RunAsync(Stop);

        Assert.Equal(LoadSchedule.Create(Short with { PostShare = 0.5 }).Select(a => (a.At, a.IsPost)), records.OrderBy(r => r.At).Select(r => (r.At, r.IsPost)));
        Assert.All(records, r => Assert.Equal(r.IsPost ? ("503", null) : (null, "north"), (r.Failure, r.Backend)));
        Assert.All(records, r => Assert.True(r.Latency >= r.Lateness && r.LeftBackend is null));
    }

    [Fact]
    public async Task RunAsync_NobodyListens_AllFail()
    {
        using var unused = new TcpListener(IPAddress.Loopback, 0);
        unused.Start();
        var address = new Uri($"http://{unused.LocalEndpoint}");
        unused.Stop();
        using var load = new OpenLoopLoad(address, Short, TimeProvider.System);

        await load.RunAsync(Stop);

        Assert.Equal((Planned, Planned), (load.Status.Requests, load.Status.Failed));
    }

    [Fact]
    public async Task RunAsync_NoAnswerWithinTheTimeout_CountsAsFailed()
    {
        var asked = 0;
        var all = new TaskCompletionSource();
        await using var server = await LoadServer.StartAsync(context =>
        {
            if (Interlocked.Increment(ref asked) == Planned)
                all.SetResult();
            return Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        });
        var time = new FakeTimeProvider();
        using var load = new OpenLoopLoad(server.Address, Short, time);

        var run = load.RunAsync(Stop);
        time.Advance(Short.Duration);
        await all.Task.WaitAsync(Stop);
        time.Advance(Short.Timeout);
        await run;

        Assert.Equal(Planned, load.Status.Failures["timeout"]);
    }

    [Fact]
    public async Task RunAsync_Stopped_EndsAtOnceAndCountsNothingThatWasInFlight()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        await using var server = await LoadServer.StartAsync(context =>
        {
            stop.Cancel();
            return Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        });
        using var load = new OpenLoopLoad(server.Address, Short with { Duration = TimeSpan.FromMinutes(10) }, TimeProvider.System);

        await load.RunAsync(stop.Token);

        Assert.Equal((0, 0, 0), (load.Status.Requests, load.Status.Failed, load.Status.InFlight));
    }

    [Fact]
    public async Task RunAsync_ServerSetsTheSessionCookie_ItIsSentBack()
    {
        var issued = 0;
        await using var server = await LoadServer.StartAsync(context =>
        {
            if (!context.Request.Cookies.ContainsKey("sid"))
                context.Response.Cookies.Append("sid", $"s{Interlocked.Increment(ref issued)}");
            return Task.CompletedTask;
        });
        using var load = new OpenLoopLoad(server.Address, Short with { Duration = TimeSpan.FromSeconds(1) }, TimeProvider.System);

        await load.RunAsync(Stop);

        var sent = server.Requests.Where(r => r.Cookie is not null).Select(r => r.Cookie!).Distinct().ToList();
        Assert.Equal(issued, server.Requests.Count(r => r.Cookie is null));
        Assert.NotEmpty(sent);
        Assert.All(sent, cookie => Assert.Matches(@"^sid=s\d+$", cookie));
    }

    [Fact]
    public async Task RunAsync_Posts_CarryABodyAndAUniqueId()
    {
        await using var server = await LoadServer.StartAsync(_ => Task.CompletedTask);
        using var load = new OpenLoopLoad(server.Address, Short with { PostShare = 0.5 }, TimeProvider.System);

        await load.RunAsync(Stop);

        var posts = server.Requests.Where(r => r.Method == "POST").ToList();
        Assert.NotEmpty(posts);
        Assert.All(posts, p => Assert.True(p.Length > 0));
        Assert.Distinct(posts.Select(p => p.Id));
        Assert.DoesNotContain(null, posts.Select(p => p.Id));
    }
}
