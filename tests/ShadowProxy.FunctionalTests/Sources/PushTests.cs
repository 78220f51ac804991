using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using ShadowProxy.FunctionalTests.Edge;
using ShadowProxy.FunctionalTests.Infrastructure;

namespace ShadowProxy.FunctionalTests.Sources;

/// <summary>Load reports that a node hands in with its own key, well and badly, under traffic.</summary>
public sealed class PushTests : IAsyncLifetime
{
    private const string Key = "operates-0123456789abcdef";
    private const string ReportKey = "reports-0123456789abcdef";

    private readonly EdgeFiles _files = new();
    private Backend _backend = null!;
    private EdgeFixture _edge = null!;
    private ClosedLoop _traffic = null!;

    public async ValueTask InitializeAsync()
    {
        _backend = await Backend.StartAsync(context => context.Response.WriteAsync("answer"));
        _edge = await EdgeFixture.StartAsync(
            _files.WriteConfig([_backend.Address], $"\"Key\": \"{Key}\"", metadata: $"\"ReportKey\": \"{ReportKey}\""), faked: false);
        _traffic = new ClosedLoop(async (_, _) => await _edge.Client.GetStringAsync("/") == "answer" ? null : "another answer");
    }

    public async ValueTask DisposeAsync()
    {
        await _traffic.DisposeAsync();
        await _edge.DisposeAsync();
        await _backend.DisposeAsync();
        _files.Dispose();
    }

    [Fact]
    public async Task Report_WithTheNodesKey_IsItsLoad()
    {
        Assert.Equal(HttpStatusCode.NoContent, await ReportAsync("""{"cpu_utilization":0.5,"mem_utilization":0.25}"""));

        Assert.Equal(("push", "ok", "cpu 0.50, memory 0.25"), await SourceAsync());
        await AssertNothingFailedAsync();
    }

    [Theory]
    [InlineData("""{"cpu_utilization":-1}""", HttpStatusCode.BadRequest)]
    [InlineData("garbage", HttpStatusCode.BadRequest)]
    [InlineData("", HttpStatusCode.BadRequest)]
    [InlineData(null, HttpStatusCode.RequestEntityTooLarge)]
    public async Task Report_Nonsense_IsRefusedCountedAndShown(string? body, HttpStatusCode status)
    {
        await ReportAsync("""{"cpu_utilization":0.5}""");

        Assert.Equal(status, await ReportAsync(body ?? new string(' ', 9000)));

        Assert.Equal(("push", "nonsense", "cpu 0.50"), await SourceAsync());
        await AssertNothingFailedAsync();
    }

    [Fact]
    public async Task Report_Flood_IsTakenTenTimesASecondAndRefusedBeyond()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 60).Select(i => ReportAsync($"{{\"cpu_utilization\":0.{i + 10}}}")));

        Assert.Contains(HttpStatusCode.TooManyRequests, answers);
        Assert.InRange(answers.Count(answer => answer == HttpStatusCode.NoContent), 10, 59);
        Assert.All(answers, answer => Assert.True(answer is HttpStatusCode.NoContent or HttpStatusCode.TooManyRequests));
        await AssertNothingFailedAsync();
    }

    private async Task<HttpStatusCode> ReportAsync(string body)
    {
        using var request = Request(HttpMethod.Post, "/admin/nodes/all/node0/report", ReportKey);
        request.Content = new StringContent(body, new MediaTypeHeaderValue("application/json"));
        using var response = await _edge.Admin.SendAsync(request);
        return response.StatusCode;
    }

    private async Task<(string? Source, string? State, string? Says)> SourceAsync()
    {
        using var request = Request(HttpMethod.Get, "/admin/nodes", Key);
        using var response = await _edge.Admin.SendAsync(request);
        using var nodes = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        var source = Assert.Single(nodes.RootElement[0].GetProperty("sources").EnumerateArray());
        return (source.GetProperty("source").GetString(), source.GetProperty("state").GetString(), source.GetProperty("says").GetString());
    }

    private async Task AssertNothingFailedAsync()
    {
        await _traffic.AnswersAsync(50);
        Assert.Empty(await _traffic.StopAsync());
    }

    private static HttpRequestMessage Request(HttpMethod method, string path, string key)
    {
        var request = new HttpRequestMessage(method, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return request;
    }
}
