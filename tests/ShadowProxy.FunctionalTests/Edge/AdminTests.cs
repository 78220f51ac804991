using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace ShadowProxy.FunctionalTests.Edge;

public sealed class AdminTests : IDisposable
{
    private const string Key = "0123456789abcdef";

    private readonly EdgeFiles _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public async Task Get_Nodes_WritesWordsAndNulls()
    {
        await using var edge = await StartAsync();

        var node = (await edge.Admin.GetFromJsonAsync<JsonElement>("/admin/nodes"))[0];

        Assert.Equal(("evacuating", "flow-issue", 0.25), (node.GetProperty("state").GetString(), node.GetProperty("reason").GetString(), node.GetProperty("admittedShare").GetDouble()));
        Assert.Equal(JsonValueKind.Null, node.GetProperty("components")[0].GetProperty("value").ValueKind);
    }

    [Theory]
    [InlineData("/admin/nodes", "\"inFlight\":7,\"draining\":5")]
    [InlineData("/admin/migrations", "\"reason\":\"failed-back\"")]
    [InlineData("/admin/migrations", "\"signature\":\"00000000000000010000000000000002\"")]
    [InlineData("/admin/events", "\"name\":\"shadowproxy.node.state_changed\"")]
    [InlineData("/admin/flows/00000000000000010000000000000002", "\"primary\":\"node0\"")]
    public async Task Get_WhatIsKnown_AnswersIt(string path, string expected)
    {
        await using var edge = await StartAsync();

        Assert.Contains(expected, await edge.Admin.GetStringAsync(path), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nodes/all/node0/evacuate", null, "evacuate all/node0")]
    [InlineData("nodes/all/node0/restore", null, "restore all/node0")]
    [InlineData("nodes/all/node0/report", """{"cpu_utilization":0.5}""", "report all/node0 0.5")]
    [InlineData("flows/00000000000000010000000000000002/pin", """{"node":"node0"}""", "pin 00000000000000010000000000000002 node0")]
    [InlineData("flows/00000000000000010000000000000002/move", """{"node":"node1"}""", "move 00000000000000010000000000000002 node1")]
    [InlineData("flows/00000000000000010000000000000002/reject", null, "reject 00000000000000010000000000000002")]
    [InlineData("flows/00000000000000010000000000000002/forward", null, "forward 00000000000000010000000000000002")]
    public async Task Post_Wish_IsCarriedOut(string path, string? body, string asked)
    {
        await using var edge = await StartAsync();

        using var response = await edge.Admin.PostAsync($"/admin/{path}", Json(body));

        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
        Assert.Equal([asked], edge.Control.Asked);
    }

    [Theory]
    [InlineData("nodes/all/nodeX/evacuate", null, 404)]
    [InlineData("nodes/all/node0/report", """{"cpu_utilization":-1}""", 400)]
    [InlineData("nodes/all/node0/report", "cpu", 400)]
    [InlineData("nodes/all/node0/explode", null, 404)]
    [InlineData("flows/0000000000000001000000000000000f/pin", """{"node":"node0"}""", 404)]
    [InlineData("flows/xyz/reject", null, 400)]
    [InlineData("flows/00000000000000010000000000000002/pin", """{"node":"node9"}""", 409)]
    [InlineData("flows/00000000000000010000000000000002/pin", """{"node":""", 400)]
    [InlineData("flows/00000000000000010000000000000002/pin", "{}", 400)]
    public async Task Post_WrongWish_IsAProblem(string path, string? body, int status)
    {
        await using var edge = await StartAsync();

        using var response = await edge.Admin.PostAsync($"/admin/{path}", Json(body));

        Assert.Equal((status, "application/problem+json"), ((int)response.StatusCode, response.Content.Headers.ContentType?.MediaType));
        Assert.Empty(edge.Control.Asked);
    }

    [Fact]
    public async Task Admin_WithKey_AsksForItAndMetricsDoNot()
    {
        await using var edge = await StartAsync($"\"Key\": \"{Key}\"");

        using var without = await edge.Admin.GetAsync("/admin/nodes");
        Assert.Equal((HttpStatusCode.Unauthorized, "Bearer"), (without.StatusCode, without.Headers.WwwAuthenticate.ToString()));
        Assert.Equal(HttpStatusCode.Unauthorized, (await edge.Admin.GetAsync("/admin/whatever")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await edge.Admin.GetAsync("/metrics")).StatusCode);
        Assert.Equal("Healthy", await edge.Admin.GetStringAsync("/health/ready"));

        edge.Admin.DefaultRequestHeaders.Authorization = new("Bearer", Key);
        Assert.Equal(HttpStatusCode.OK, (await edge.Admin.GetAsync("/admin/nodes")).StatusCode);
    }

    [Fact]
    public async Task Admin_ForeignHostOrOrigin_IsRefused()
    {
        await using var edge = await StartAsync();
        using var rebound = new HttpRequestMessage(HttpMethod.Get, "/admin/nodes") { Headers = { Host = "evil.example" } };
        using var foreign = new HttpRequestMessage(HttpMethod.Post, "/admin/nodes/all/node0/evacuate");
        foreign.Headers.Add("Origin", "http://evil.example");

        Assert.Equal(HttpStatusCode.BadRequest, (await edge.Admin.SendAsync(rebound)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await edge.Admin.SendAsync(foreign)).StatusCode);
        Assert.Empty(edge.Control.Asked);
    }

    [Fact]
    public async Task MetricsUrl_Given_MovesMetricsAndHealthThere()
    {
        await using var edge = await StartAsync("\"MetricsUrl\": \"http://127.0.0.1:0\"");

        Assert.NotEqual(edge.Admin.BaseAddress, edge.Metrics.BaseAddress);
        Assert.Contains("kestrel_", await edge.Metrics.GetStringAsync("/metrics"), StringComparison.Ordinal);
        Assert.Equal("Healthy", await edge.Metrics.GetStringAsync("/health/live"));
        Assert.Equal(HttpStatusCode.NotFound, (await edge.Metrics.GetAsync("/admin/nodes")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await edge.Admin.GetAsync("/metrics")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await edge.Admin.GetAsync("/health/live")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await edge.Admin.GetAsync("/admin/nodes")).StatusCode);
    }

    [Fact]
    public async Task Traffic_ToAdminPaths_GoesToTheNodes()
    {
        await using var backend = await Backend.StartAsync(context => context.Response.WriteAsync("backend"));
        await using var edge = await EdgeFixture.StartAsync(_files.WriteConfig([backend.Address]));

        Assert.Equal("backend", await edge.Client.GetStringAsync("/admin/nodes"));
        Assert.Equal("backend", await edge.Client.GetStringAsync("/health/ready"));
    }

    private Task<EdgeFixture> StartAsync(string admin = "") => EdgeFixture.StartAsync(_files.WriteConfig(["http://127.0.0.1:1"], admin));

    private static StringContent? Json(string? body) => body is null ? null : new StringContent(body, Encoding.UTF8, "application/json");
}
