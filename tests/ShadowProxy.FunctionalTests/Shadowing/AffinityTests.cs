using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;
using ShadowProxy.FunctionalTests.Infrastructure;
using ShadowProxy.Signatures;

namespace ShadowProxy.FunctionalTests.Shadowing;

/// <summary>Two replicas of the proxy before the same nodes, which share nothing but the key: the client's cookie makes them agree.</summary>
public sealed class AffinityTests
{
    private const string Cookie = "place";

    /// <summary>Ticks until an evacuation that an operator asked for is complete.</summary>
    private const int Ramp = 105;

    private const string Affinity = $$"""{ "SessionAffinity": { "Enabled": true, "Policy": "Shadow", "AffinityKeyName": "{{Cookie}}" } }""";

    /// <summary>A good cookie, but of another installation.</summary>
    private static readonly string Foreign = new AffinitySeal(SignatureKey.FromText("the key of somebody else")).Write(1, new Signature(1, 2), 3, 4);

    [Fact]
    public async Task Flow_MovedOnOneReplica_IsPlacedThereByOneThatNeverSawIt()
    {
        await using var replicas = await StartAsync();
        for (var i = 0; i < 20; i++)
        {
            var client = new RoamingClient();
            var home = await client.GetAsync(replicas.One);
            var away = await MoveAsync(replicas, client, home);

            Assert.Equal(away, await client.GetAsync(replicas.Other));
        }

        Assert.Equal(0, replicas.Other.Control.MigratedFlows);
    }

    [Fact]
    public async Task Flow_MovedWhileBothKnowIt_CookieIsSetAnewAndTheOtherFollows()
    {
        await using var replicas = await StartAsync();
        for (var i = 0; i < 20; i++)
        {
            var client = new RoamingClient();
            var home = await client.GetAsync(replicas.One);
            Assert.Equal(home, await client.GetAsync(replicas.Other));
            var before = client.Cookies[Cookie]!.Value;

            var away = await MoveAsync(replicas, client, home);

            Assert.Contains(Cookie, client.LastSet);
            Assert.NotEqual(before, client.Cookies[Cookie]!.Value);
            Assert.Equal(away, await client.GetAsync(replicas.Other));
            Assert.Equal(away, await client.GetAsync(replicas.One));
            Assert.Empty(client.LastSet);
        }
    }

    [Fact]
    public async Task Flow_NodeEvacuatedOnOneReplica_StaysAwayOnBoth()
    {
        await using var replicas = await StartAsync();
        RoamingClient[] clients = [.. Enumerable.Range(0, 30).Select(_ => new RoamingClient())];
        foreach (var client in clients)
            await client.GetAsync(replicas.One);
        replicas.One.Control.Evacuate(ProxyConfiguration.Cluster, "n0");
        replicas.Nodes.Tick(Ramp);
        var moved = await Task.WhenAll(clients.Select(client => client.GetAsync(replicas.One)));
        Assert.DoesNotContain("n0", moved);

        Assert.Equal(moved, await Task.WhenAll(clients.Select(client => client.GetAsync(replicas.Other))));
    }

    [Fact]
    public async Task Flow_NodeDiesUnseenByTheOtherReplica_IsServedAndGoesOn()
    {
        await using var replicas = await StartAsync();
        var client = new RoamingClient();
        var home = await client.GetAsync(replicas.One);
        await replicas.Nodes[home].Backend.AbortAsync();

        var visits = new[] { await client.GetAsync(replicas.Other), await client.GetAsync(replicas.One), await client.GetAsync(replicas.Other) };

        Assert.DoesNotContain(home, visits);
    }

    [Fact]
    public async Task Client_WithoutASession_IsKnownByTheCookie()
    {
        await using var replicas = await StartAsync();
        foreach (var node in replicas.Nodes.All)
            node.Behaviour = context => { context.Request.Headers.Cookie = "sid=none"; return Task.CompletedTask; };
        for (var i = 0; i < 20; i++)
        {
            var client = new RoamingClient();
            var home = await client.GetAsync(replicas.One);
            var away = await MoveAsync(replicas, client, home);

            Assert.Equal([Cookie], client.Cookies.Select(cookie => cookie.Name));
            Assert.Equal(away, await client.GetAsync(replicas.Other));
            Assert.Equal(away, await client.GetAsync(replicas.One));
        }
    }

    [Fact]
    public async Task Cookie_TamperedOrForeign_IsIgnoredAndCounted()
    {
        await using var replicas = await StartAsync();
        using var rejected = new MetricCollector<long>(
            replicas.Other.Services.GetRequiredService<IMeterFactory>(), "ShadowProxy", "shadowproxy.affinity.rejected_cookies");
        var client = new RoamingClient();
        await client.GetAsync(replicas.One);
        var good = client.Cookies[Cookie]!.Value;
        string[] bad = ["n1", good[..^1], good[..10] + (good[10] == 'A' ? 'B' : 'A') + good[11..], Foreign];

        foreach (var value in bad)
        {
            client.Cookies[Cookie]!.Value = value;
            await client.GetAsync(replicas.Other);
            Assert.Contains(Cookie, client.LastSet);
        }

        Assert.Equal(bad.Length, rejected.GetMeasurementSnapshot().EvaluateAsCounter());
    }

    [Fact]
    public async Task Cookie_Attributes_AreTheClustersAndNamesOfNodesAreNotInIt()
    {
        await using var replicas = await StartAsync("""
            { "SessionAffinity": { "Enabled": true, "Policy": "Shadow", "AffinityKeyName": "where",
              "Cookie": { "Path": "/shop", "Domain": "example.test", "HttpOnly": false, "SameSite": "Strict", "SecurePolicy": "Always", "MaxAge": "01:00:00" } } }
            """);
        var client = new RoamingClient();

        await client.GetAsync(replicas.One);

        var attributes = client.LastSet["where"].Split("; ");
        Assert.Equal(AffinitySeal.TextLength + "where=".Length, attributes[0].Length);
        Assert.Equal(
            ["domain=example.test", "max-age=3600", "path=/shop", "samesite=strict", "secure"],
            attributes.Skip(1).Select(attribute => attribute.ToLowerInvariant()).Order());
    }

    [Fact]
    public async Task Cookie_NoAttributesGiven_IsHttpOnlyForTheWholeSiteAndTheSession()
    {
        await using var replicas = await StartAsync();
        var client = new RoamingClient();

        await client.GetAsync(replicas.One);

        Assert.Equal(["httponly", "path=/"], client.LastSet[Cookie].Split("; ").Skip(1).Order());
    }

    [Fact]
    public async Task Cluster_WithoutAffinity_SetsNoCookie()
    {
        await using var nodes = await TestNodes.StartAsync(3);
        var client = new RoamingClient();

        await client.GetAsync(nodes.Proxy);

        Assert.Equal(["sid"], client.LastSet.Keys);
    }

    [Theory]
    [InlineData("Observe")]
    [InlineData("Off")]
    public async Task Mode_NotActive_CookieHoldsTheNodeThatYarpChose(string mode)
    {
        await using var replicas = await StartAsync(
            $$"""{ "LoadBalancingPolicy": "RoundRobin", {{Affinity.TrimStart('{')}}""",
            TestNodes.Shadowing($$""" "Defaults": { "Mode": "{{mode}}" } """));
        var client = new RoamingClient();
        var home = await client.GetAsync(replicas.One);
        foreach (var replica in new[] { replicas.Other, replicas.One, replicas.Other, replicas.One })
            Assert.Equal((home, 0), (await client.GetAsync(replica), client.LastSet.Count));
    }

    /// <summary>Moves the client's flow on the first replica to another node, and has the client hear of it.</summary>
    private static async Task<string> MoveAsync(Replicas replicas, RoamingClient client, string from)
    {
        await client.GetAsync(replicas.One);
        var to = replicas.Nodes.Ids.First(id => id != from);
        Assert.True(replicas.One.Control.Move(client.LastFlow, to).Done);
        Assert.Equal(to, await client.GetAsync(replicas.One));
        return to;
    }

    private static Task<Replicas> StartAsync(string cluster = Affinity, string? shadowing = null) =>
        Replicas.StartAsync(cluster, shadowing ?? TestNodes.Shadowing());
}
