using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using ShadowProxy.FunctionalTests.Infrastructure;
using ShadowProxy.Telemetry;

namespace ShadowProxy.FunctionalTests.Shadowing;

/// <summary>What middleware around the proxy learns of a request.</summary>
public sealed class FeatureTests
{
    [Fact]
    public async Task Feature_AfterARequest_TellsTheFlowAndTheNodeThatServedIt()
    {
        await using var gone = await TestBackend.StartAsync(context => context.Response.WriteAsync("gone"));
        await using var well = await TestBackend.StartAsync(context => context.Response.WriteAsync("well"));
        var features = new List<IShadowingFeature?>();
        await using var proxy = await TestProxy.StartAsync(
            ProxyConfiguration.For(gone, well),
            services: new SteppedClock().Replace,
            around: app => app.Use(async (context, next) =>
            {
                await next(context);
                features.Add(context.Features.Get<IShadowingFeature>());
            }));
        using var session = proxy.CreateSession();
        await gone.AbortAsync();

        foreach (var user in (string[])["ann", "bob", "ann", "cid", "dan", "eve", "fay"])
            Assert.Equal("well", await (await session.SendAsync(HttpMethod.Get, "/", null, ("Authorization", user))).Content.ReadAsStringAsync());

        Assert.All(features, feature => Assert.Equal(("n1", true), (feature!.Node, feature.TimeToHeaders is not null)));
        Assert.Equal([1, 2], features.Select(feature => feature!.Attempts).Distinct().Order());
        Assert.All(features, feature => Assert.Equal(
            feature!.Attempts == 1 ? [] : [("n0", "connection_refused")], feature.OtherAttempts.Select(attempt => (attempt.Node, attempt.Result))));
        Assert.Equal(features[0]!.Signature, features[2]!.Signature);
        Assert.Equal(6, features.Select(feature => feature!.Signature).Distinct().Count());
        Assert.All(features, feature => Assert.NotNull(proxy.Control.GetFlow(feature!.Signature)));
    }

    [Fact]
    public async Task Feature_AllNodesGone_TellsTheAttempts()
    {
        await using var nodes = await TestNodes.StartAsync(3);
        foreach (var node in nodes.All)
            await node.Backend.AbortAsync();

        var visit = await nodes.CreateVisitor().GetAsync();

        Assert.Equal((HttpStatusCode.BadGateway, 3), (visit.Status, visit.Attempts));
    }
}
