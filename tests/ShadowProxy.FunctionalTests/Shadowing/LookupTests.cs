using ShadowProxy.FunctionalTests.Infrastructure;
using ShadowProxy.Telemetry;

namespace ShadowProxy.FunctionalTests.Shadowing;

/// <summary>Finding a flow by what is known of its requests.</summary>
public sealed class LookupTests
{
    [Fact]
    public async Task FindFlows_ByTheCookieOfASession_IsItsFlow()
    {
        await using var nodes = await TestNodes.StartAsync(2);
        var visitor = nodes.CreateVisitor();
        var visit = await visitor.GetAsync();

        var match = nodes.Control.FindFlows(Query("cookie:sid", visitor.Session!))[0];

        Assert.Equal((visit.Signature, visit.Body, "cookie:sid"), (match.Signature, match.Flow?.Primary, match.By));
        Assert.Equal(match.Flow, nodes.Control.FindFlows(Query("cookie", visitor.Session!))[0].Flow!, Same);
        Assert.All(nodes.Control.FindFlows(Query("cookie:sid", "nobody's")), other => Assert.Null(other.Flow));
        static bool Same(FlowStatus? one, FlowStatus? other) => one?.Signature == other?.Signature;
    }

    [Fact]
    public async Task FindFlows_ByTheAddressOfAClient_IsItsFlow()
    {
        await using var nodes = await TestNodes.StartAsync(2, configuration => configuration with
        {
            Shadowing = TestNodes.Shadowing(""" "Defaults": { "Signature": "client.address" } """),
        });
        var visit = await nodes.CreateVisitor().GetAsync();

        Assert.Equal(visit.Signature, nodes.Control.FindFlows(Query("client.address", "127.0.0.1"))[0].Signature);
    }

    private static FlowQuery Query(string component, string value) => new() { Facts = new Dictionary<string, string> { [component] = value } };
}
