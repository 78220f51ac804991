using System.Net;
using Microsoft.AspNetCore.Http;
using ShadowProxy.FunctionalTests.Edge;
using ShadowProxy.FunctionalTests.Infrastructure;

namespace ShadowProxy.FunctionalTests.Shadowing;

/// <summary>Changes of the configuration while requests are under way.</summary>
public sealed class ReloadTests
{
    [Fact]
    public async Task Reload_UnderLoad_FailsNoRequestWhateverChanges()
    {
        await using var nodes = await TestNodes.StartAsync(4, Without("n3"), stepped: false);
        await using var load = Load(() => nodes.CreateVisitor());
        var all = nodes.Configuration();

        await load.AnswersAsync(200);
        Assert.Equal(0, nodes[3].Backend.Requests);
        await ReloadAsync(all);
        await Patience.EventuallyAsync(() => nodes[3].Backend.Requests > 0);
        await ReloadAsync(Without("n0")(all));
        var before = nodes[0].Backend.Requests + ClosedLoop.Workers;
        await load.AnswersAsync(200);
        Assert.InRange(nodes[0].Backend.Requests, 1, before);
        foreach (var defaults in (string[])["\"Mode\": \"Observe\"", "\"Mode\": \"Off\"", "\"Sensitivity\": \"High\"", "\"Signature\": \"header:X\""])
            await ReloadAsync(all with { Shadowing = TestNodes.Shadowing($$""" "Defaults": { {{defaults}} } """) });
        await Assert.ThrowsAsync<InvalidOperationException>(() => ReloadAsync(all with { DestinationVersion = "7.3" }));
        await ReloadAsync(all with { Shadowing = TestNodes.Shadowing(""" "Defaults": { "Mode": "Sometimes" } """) });
        await ReloadAsync(all);

        Assert.Empty(await load.StopAsync());

        async Task ReloadAsync(ProxyConfiguration configuration)
        {
            await nodes.Proxy.ReloadAsync(configuration);
            await load.AnswersAsync(200);
        }
    }

    [Fact]
    public async Task Reload_NodeRemoved_ItsFlowsMoveAndTheOthersStay()
    {
        await using var nodes = await TestNodes.StartAsync(4);
        var visitors = Enumerable.Range(0, 40).Select(_ => nodes.CreateVisitor()).ToArray();
        var homes = await RoundAsync(visitors);

        await nodes.Proxy.ReloadAsync(Without("n0")(nodes.Configuration()));
        var visits = await RoundAsync(visitors);

        Assert.All(homes.Zip(visits), pair => Assert.True(
            pair.First.Body == "n0" ? pair.Second.Body != "n0" : pair.First.Body == pair.Second.Body, $"{pair.First.Body} → {pair.Second.Body}"));
        Assert.All(visits, visit => Assert.Equal((HttpStatusCode.OK, 1), (visit.Status, visit.Attempts)));
    }

    [Fact]
    public async Task Reload_SettingsOfACluster_TakeEffect()
    {
        await using var nodes = await TestNodes.StartAsync(2);
        Assert.Equal(1, (await nodes.CreateVisitor().GetAsync()).Attempts);

        await nodes.Proxy.ReloadAsync(nodes.Configuration() with { Shadowing = TestNodes.Shadowing(""" "Defaults": { "Mode": "Off" } """) });
        Assert.Equal(0, (await nodes.CreateVisitor().GetAsync()).Attempts);

        await nodes.Proxy.ReloadAsync(nodes.Configuration() with { Shadowing = TestNodes.Shadowing(""" "Defaults": { "Mode": "Sometimes" } """) });
        Assert.Equal(0, (await nodes.CreateVisitor().GetAsync()).Attempts);

        await nodes.Proxy.ReloadAsync(nodes.Configuration());
        Assert.Equal(1, (await nodes.CreateVisitor().GetAsync()).Attempts);
    }

    [Fact]
    public async Task Reload_BrokenJsonOfARunningProcess_KeepsTheLastGoodUntilMended()
    {
        using var files = new EdgeFiles();
        await using var first = await TestBackend.StartAsync(context => context.Response.WriteAsync("first"));
        await using var second = await TestBackend.StartAsync(context => context.Response.WriteAsync("second"));
        var good = await File.ReadAllTextAsync(files.WriteConfig([first.Address.ToString()]));
        await using var edge = EdgeProcess.Start("run", "--config", files.ConfigPath);
        await edge.ListeningAsync();
        using var client = new HttpClient { BaseAddress = await edge.ListeningAsync() };
        await using var load = Load(() => new Visitor(client, Guid.NewGuid().ToString("N")));
        await load.AnswersAsync(50);

        files.Write(good[..^10]);
        await Patience.EventuallyAsync(() => edge.Output.Contains("the last good one stays in force", StringComparison.Ordinal));
        await load.AnswersAsync(50);
        Assert.Equal(0, second.Requests);
        files.WriteConfig([second.Address.ToString()]);
        await Patience.EventuallyAsync(() => second.Requests > 0);
        await load.AnswersAsync(50);

        Assert.Empty(await load.StopAsync());
    }

    private static Func<ProxyConfiguration, ProxyConfiguration> Without(string id) =>
        configuration => configuration with { Nodes = [.. configuration.Nodes.Where(node => node.Id != id)] };

    private static Task<Visit[]> RoundAsync(Visitor[] visitors) => Task.WhenAll(visitors.Select(visitor => visitor.GetAsync()));

    /// <summary>Visitors that come, make ten requests and go, all of which must succeed.</summary>
    private static ClosedLoop Load(Func<Visitor> createVisitor)
    {
        const int perVisitor = 10;
        var visitors = new Visitor[ClosedLoop.Workers];
        return new ClosedLoop(async (worker, number) =>
        {
            if (number % perVisitor == 0)
                visitors[worker] = createVisitor();
            var visit = await visitors[worker].GetAsync();
            return visit.Status == HttpStatusCode.OK ? null : visit.Status.ToString();
        });
    }
}
