using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using ShadowProxy.FunctionalTests.Infrastructure;
using ShadowProxy.Migration;
using ShadowProxy.Monitoring;
using Yarp.ReverseProxy.Health;
using Yarp.ReverseProxy.Model;

namespace ShadowProxy.FunctionalTests.Shadowing;

/// <summary>The ways in which a cluster can be handled, and the ways to add the proxy to an application.</summary>
public sealed class ModeTests
{
    private const string Cluster = ProxyConfiguration.Cluster;

    /// <summary>Enough for the slowest ramp.</summary>
    private const int Ramp = 105;

    [Fact]
    public async Task Observe_NodeEvacuated_MovesAreRecordedAndYarpsRoutesUntouched()
    {
        await using var nodes = await StartAsync("Observe");
        var visitors = Enumerable.Range(0, 20).Select(_ => nodes.CreateVisitor()).ToArray();
        await RoundAsync(visitors);
        nodes.Control.Evacuate(Cluster, "n0");
        nodes.Tick(Ramp);

        var visits = await RoundAsync(visitors);

        Assert.All(visits, visit => Assert.Equal("n0", visit.Body));
        var moves = nodes.Control.GetMigrations();
        Assert.NotEmpty(moves);
        Assert.All(moves, move => Assert.Equal((true, "n0", MigrationReason.Operator), (move.Observed, move.From, move.Reason)));
        Assert.Equal(0, nodes.Control.MigratedFlows);
        Assert.Equal(0, nodes[1].Backend.Requests);
    }

    [Fact]
    public async Task Observe_PolicyShadow_FollowsTheChoice()
    {
        await using var nodes = await StartAsync("Observe", policy: "Shadow");
        var visitors = Enumerable.Range(0, 20).Select(_ => nodes.CreateVisitor()).ToArray();

        var visits = await RoundAsync(visitors);

        Assert.Equal(nodes.Ids, visits.Select(visit => visit.Body).Distinct().Order());
        Assert.Equal(visits.Select(visit => visit.Body), (await RoundAsync(visitors)).Select(visit => visit.Body));
    }

    [Fact]
    public async Task Off_Requests_AreLeftToYarpAltogether()
    {
        await using var nodes = await StartAsync("Off");

        var visits = await RoundAsync([.. Enumerable.Range(0, 20).Select(_ => nodes.CreateVisitor())]);

        Assert.All(visits, visit => Assert.Equal(("n0", 0), (visit.Body, visit.Attempts)));
        Assert.Equal(0, nodes.Control.Flows);
    }

    [Theory]
    [InlineData("Observe")]
    [InlineData("Off")]
    public async Task SessionAffinity_NotActive_IsYarps(string mode)
    {
        await using var nodes = await StartAsync(mode, Affinity);

        Assert.Equal("n0", (await nodes.CreateVisitor().GetAsync()).Body);
    }

    [Fact]
    public async Task SessionAffinity_Active_RefusesToStartAndNamesBothWaysOut()
    {
        var refusal = await Assert.ThrowsAnyAsync<Exception>(() => StartAsync("Active", Affinity));

        var text = refusal.ToString();
        Assert.Contains($"ReverseProxy:Clusters:{Cluster}:SessionAffinity", text, StringComparison.Ordinal);
        Assert.Contains("drop SessionAffinity", text, StringComparison.Ordinal);
        Assert.Contains($"Shadowing:Clusters:{Cluster}:Mode to Observe or Off", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Section_LeftOut_ItWorksWithTheDefaults()
    {
        await using var nodes = await TestNodes.StartAsync(4, configuration => configuration with { Shadowing = null }, stepped: false);

        for (var i = 0; i < 20; i++)
        {
            var visitor = nodes.CreateStranger();
            var first = await visitor.GetAsync();
            Assert.Equal((first.Body, 1), await visitor.GetAsync() is var visit ? (visit.Body, visit.Attempts) : default);
        }
    }

    [Fact]
    public async Task Policies_ByNameWithoutUseShadowing_KeepSessionsAndLeaveEvacuatedNodes()
    {
        await using var nodes = await StartByPoliciesAsync();
        var visitors = Enumerable.Range(0, 40).Select(_ => nodes.CreateVisitor()).ToArray();
        var homes = await RoundAsync(visitors);
        Assert.Equal(homes.Select(visit => visit.Body), (await RoundAsync(visitors)).Select(visit => visit.Body));
        Assert.Equal(nodes.Ids, homes.Select(visit => visit.Body).Distinct().Order());

        nodes.Control.Evacuate(Cluster, "n0");
        nodes.Tick(Ramp);
        var visits = await RoundAsync(visitors);

        Assert.DoesNotContain("n0", visits.Select(visit => visit.Body));
        Assert.All(homes.Zip(visits), pair => Assert.True(pair.First.Body is "n0" || pair.First.Body == pair.Second.Body));
    }

    [Fact]
    public async Task Policies_HealthAloneWithAnotherLoadBalancer_LeavesOutWhatTheMonitorEvacuated()
    {
        await using var nodes = await StartByPoliciesAsync("FirstAlphabetical");
        Assert.Equal("n0", (await nodes.CreateVisitor().GetAsync()).Body);

        nodes.Control.Evacuate(Cluster, "n0");
        nodes.Tick(Ramp);
        Assert.Equal("n1", (await nodes.CreateVisitor().GetAsync()).Body);

        nodes.Control.Restore(Cluster, "n0");
        nodes.Tick();
        Assert.Equal("n0", (await nodes.CreateVisitor().GetAsync()).Body);
    }

    [Fact]
    public async Task Policies_NodeRefuses_PassiveHealthTakesItOut()
    {
        await using var nodes = await StartByPoliciesAsync("FirstAlphabetical");
        await nodes.CreateVisitor().GetAsync();
        nodes.Tick();
        await nodes[0].Backend.AbortAsync();

        for (var i = 0; i < 3; i++)
        {
            await nodes.CreateVisitor().GetAsync();
            nodes.Tick();
        }

        Assert.Equal(NodeState.Evacuated, nodes.Status("n0").State);
        Assert.Equal("n1", (await nodes.CreateVisitor().GetAsync()).Body);
    }

    [Theory]
    [InlineData("true", 3)]
    [InlineData("false", 0)]
    public async Task UseShadowing_PassiveHealthChecks_SeeEachRequestWhereTheyAreOn(string enabled, int seen)
    {
        var policy = new CountingPolicy();
        await using var backend = await TestBackend.StartAsync(_ => Task.CompletedTask);
        await using var proxy = await TestProxy.StartAsync(
            ProxyConfiguration.For(backend) with
            {
                ClusterMembers = $$"""{ "HealthCheck": { "Passive": { "Enabled": {{enabled}}, "Policy": "Counting" } } }""",
            },
            services: services => services.AddSingleton<IPassiveHealthCheckPolicy>(policy));
        using var session = proxy.CreateSession();

        for (var i = 0; i < 3; i++)
            await session.SendAsync(HttpMethod.Get, "/");

        Assert.Equal(seen, policy.Seen);
    }

    private sealed class CountingPolicy : IPassiveHealthCheckPolicy
    {
        private int _seen;

        public string Name => "Counting";

        public int Seen => Volatile.Read(ref _seen);

        public void RequestProxied(HttpContext context, ClusterState cluster, DestinationState destination) => Interlocked.Increment(ref _seen);
    }

    private const string Affinity = """, "SessionAffinity": { "Enabled": true, "AffinityKeyName": "affinity" } """;

    private static Task<TestNodes> StartAsync(string mode, string members = "", string policy = "FirstAlphabetical") =>
        TestNodes.StartAsync(2, configuration => configuration with
        {
            ClusterMembers = $$"""{ "LoadBalancingPolicy": "{{policy}}" {{members}} }""",
            Shadowing = TestNodes.Shadowing($$""" "Clusters": { "{{Cluster}}": { "Mode": "{{mode}}" } } """),
        });

    private static Task<TestNodes> StartByPoliciesAsync(string loadBalancing = "Shadow") => TestNodes.StartAsync(
        3,
        configuration => configuration with
        {
            ClusterMembers = $$"""
                {
                  "LoadBalancingPolicy": "{{loadBalancing}}",
                  "HealthCheck": { "AvailableDestinationsPolicy": "ShadowHealth", "Passive": { "Enabled": true, "Policy": "ShadowHealth" } }
                }
                """,
        },
        pipeline: proxy =>
        {
            proxy.UseLoadBalancing();
            proxy.UsePassiveHealthChecks();
        });

    private static Task<Visit[]> RoundAsync(Visitor[] visitors) => Task.WhenAll(visitors.Select(visitor => visitor.GetAsync()));
}
