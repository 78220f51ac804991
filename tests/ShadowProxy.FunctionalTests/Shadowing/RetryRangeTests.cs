using System.Net;
using Microsoft.AspNetCore.Http;
using ShadowProxy.FunctionalTests.Infrastructure;

namespace ShadowProxy.FunctionalTests.Shadowing;

/// <summary>Requests that are sent again stay as near as their route says.</summary>
public sealed class RetryRangeTests
{
    [Theory]
    [InlineData("Zone", 0)]
    [InlineData("Region", 1)]
    [InlineData("Any", 1)]
    public async Task RetryWithin_NextNodeInAnotherZone_IsAskedWhereTheRangeReachesIt(string within, int asked)
    {
        await using var nodes = await TestNodes.StartAsync(2, configuration => configuration with
        {
            Nodes =
            [
                configuration.Nodes[0] with { Metadata = [("Zone", "a"), ("Region", "r")] },
                configuration.Nodes[1] with { Metadata = [("Zone", "b"), ("Region", "r")] },
            ],
            Shadowing = TestNodes.Shadowing($$""" "Place": { "Zone": "a", "Region": "r" }, "Defaults": { "RetryWithin": "{{within}}" } """),
        });
        var visitor = await nodes.VisitorOfAsync("n0");
        nodes[0].Behaviour = context =>
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return Task.CompletedTask;
        };

        var visit = await visitor.SendAsync(HttpMethod.Get, "/", null, "r");

        Assert.Equal(asked, nodes[1].Backend.RequestsOf("r"));
        Assert.Equal(asked == 0 ? HttpStatusCode.ServiceUnavailable : HttpStatusCode.OK, visit.Status);
    }
}
