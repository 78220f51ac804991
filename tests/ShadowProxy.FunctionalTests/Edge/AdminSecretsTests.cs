using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace ShadowProxy.FunctionalTests.Edge;

/// <summary>What clients and operators keep to themselves is told to nobody.</summary>
public sealed class AdminSecretsTests : IDisposable
{
    private const string Session = "session-8f1b6f0c-of-a-client";
    private const string Key = "operates-51c2d3a4-secretly";
    private const string ReadKey = "reads-7d44a0f2-secretly";
    private const string ReportKey = "reports-2b9e77c1-secretly";
    private const string SignatureKey = "signs-c0ffee12-secretly";

    private static readonly string[] Secrets = [Session, Key, ReadKey, ReportKey, SignatureKey];

    private readonly EdgeFiles _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public async Task AnswersLogAndMetrics_OfARun_HoldNoSecret()
    {
        await using var backend = await Backend.StartAsync(context => context.Response.WriteAsync("answer"));
        var config = _files.WriteConfig(
            [backend.Address, backend.Address], $"\"Key\": \"{Key}\", \"ReadKey\": \"{ReadKey}\"", route: "\"Signature\": \"cookie:sid\"",
            metadata: $"\"ReportKey\": \"{ReportKey}\"");
        File.WriteAllText(config, File.ReadAllText(config).Replace("\"Shadowing\": {", $"\"Shadowing\": {{ \"SignatureKey\": \"{SignatureKey}\",", StringComparison.Ordinal));
        await using var edge = await EdgeFixture.StartAsync(config, faked: false);
        edge.Client.DefaultRequestHeaders.Add("Cookie", $"sid={Session}");
        Assert.Equal("answer", await edge.Client.GetStringAsync("/"));
        edge.Admin.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Key);

        var told = new StringBuilder();
        var found = await PostAsync("/admin/flows/find", $$"""{"facts":{"cookie:sid":"{{Session}}"} }""");
        var signature = JsonDocument.Parse(found).RootElement[0].GetProperty("signature").GetString()!;
        Assert.Contains("\"primary\":\"node", found, StringComparison.Ordinal);
        await PostAsync("/admin/flows/find", $$"""{"facts":{"header:Authorization":"{{Session}}"} }""");
        await PostAsync("/admin/flows/find", $$"""{"facts":"{{Session}}"}""");
        await PostAsync("/admin/session", $$"""{"key":"{{Key}}"}""");
        await PostAsync("/admin/session", $$"""{"key":"{{Session}}"}""");
        await PostAsync($"/admin/flows/{signature}/move", """{"node":"node1"}""");
        await PostAsync("/admin/nodes/all/node0/evacuate", "{}");
        edge.Admin.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", ReportKey);
        await PostAsync("/admin/nodes/all/node0/report", """{"cpu_utilization":0.1}""");
        await PostAsync("/admin/nodes/all/node0/evacuate", "{}");
        edge.Admin.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", ReadKey);
        foreach (var endpoint in edge.AdminEndpoints.Where(IsRead))
        {
            var path = endpoint.RoutePattern.RawText!.Replace("{signature}", signature).Replace("{cluster}", "all").Replace("{node}", "node0");
            told.AppendLine(await edge.Admin.GetStringAsync(path));
        }

        told.AppendLine(await edge.Metrics.GetStringAsync("/metrics"));
        told.AppendJoin('\n', edge.Logged);
        Assert.Contains("shadowproxy_", told.ToString(), StringComparison.Ordinal);
        Assert.Contains("shadowproxy.admin.action", told.ToString(), StringComparison.Ordinal);
        Assert.Contains("(secret)", told.ToString(), StringComparison.Ordinal);
        Assert.All(Secrets, secret => Assert.DoesNotContain(secret, told.ToString(), StringComparison.Ordinal));

        static bool IsRead(RouteEndpoint endpoint) =>
            endpoint.RoutePattern.RawText!.StartsWith("/admin/", StringComparison.Ordinal)
            && endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods.Contains("GET") == true;

        async Task<string> PostAsync(string path, string body)
        {
            using var content = new StringContent(body, Encoding.UTF8, "application/json");
            using var response = await edge.Admin.PostAsync(path, content);
            var answer = await response.Content.ReadAsStringAsync();
            told.AppendLine(answer).AppendLine(response.Headers.ToString());
            return answer;
        }
    }
}
