using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using ShadowProxy.FunctionalTests.Edge;
using ShadowProxy.FunctionalTests.Infrastructure;
using ShadowProxy.FunctionalTests.Packaging;

namespace ShadowProxy.FunctionalTests.Observability;

/// <summary>The dashboards and alerts that are shipped, against a real Prometheus and the real proxy under load.</summary>
public sealed partial class DashboardTests
{
    private static readonly string Config = Path.Combine(DotnetCommand.Repository, "config");

    private static readonly Dashboard[] Dashboards = Dashboard.ReadAll(Path.Combine(Config, "grafana"));

    [Fact]
    public void Dashboards_AreFiveWithTheirVariables()
    {
        Assert.Equal(["flows.json", "forwarding.json", "nodes.json", "overview.json", "proxy.json"], Dashboards.Select(dashboard => dashboard.Name));
        Assert.All(Dashboards, dashboard => Assert.Equal(
            dashboard.Name == "proxy.json" ? ["datasource", "instance", "interval"] : ["datasource", "instance", "cluster", "interval"], dashboard.Variables));
    }

    [Fact]
    public async Task Queries_ProxyUnderLoadWhileNodesSicken_AllReturnData()
    {
        Assert.SkipWhen(Prometheus.Program is null, "prometheus is not installed");
        using var files = new EdgeFiles();
        await using var nodes = await WatchedNodes.StartAsync();
        await using var edge = EdgeProcess.Start("run", "--config", files.WriteConfig(
            nodes.Addresses, more: $$""" "AccessLog": { "Path": "{{files.PathOf("access.log")}}" }, """, route: "\"Signature\": \"cookie:sid\""));
        var admin = await edge.ListeningAsync();
        await using var prometheus = await Prometheus.StartAsync(files.PathOf("prometheus"), admin, Path.Combine(Config, "prometheus", "alerts.yml"));
        using var client = new HttpClient { BaseAddress = await edge.ListeningAsync(), Timeout = Patience.Limit };
        await using var load = new ClosedLoop((worker, number) => AskAsync(client, session: (worker * 8) + (number % 8)));

        await ForecastAsync(nodes, prometheus, client, admin);

        foreach (var dashboard in Dashboards)
            await dashboard.OpenAsync(prometheus);
        var queries = Dashboards.SelectMany(dashboard => dashboard.Queries()).Concat(await AlertsAsync(prometheus)).ToArray();
        await AssertNamesAsync(prometheus, queries);
        Assert.Empty(await SilentAsync(prometheus, queries));
        Assert.Empty(await load.StopAsync());
    }

    [Theory]
    [InlineData("check", "config", "prometheus.yml")]
    [InlineData("check", "rules", "--lint=all", "--lint-fatal", "alerts.yml")]
    [InlineData("test", "rules", "alerts.test.yml")]
    public async Task Promtool_FindsNoFault(params string[] arguments)
    {
        Assert.SkipWhen(Promtool.Program is null, "promtool is not installed");

        var (exitCode, output) = await Promtool.RunAsync(Path.Combine(Config, "prometheus"), arguments);

        Assert.True(exitCode == 0, output);
    }

    /// <summary>One forecast comes to nothing, as an operator finds; another comes true.</summary>
    private static async Task ForecastAsync(WatchedNodes nodes, Prometheus prometheus, HttpClient client, Uri admin)
    {
        await prometheus.SeesAsync("shadowproxy_monitor_tick_duration_seconds_count >= 150");
        nodes.Climb(1);
        await prometheus.SeesAsync("shadowproxy_node_state{shadowproxy_node=\"node1\"} >= 2");
        await prometheus.SeesAsync("sum(shadowproxy_flow_migrations_total{shadowproxy_reason=\"predicted\"}) > 0");
        nodes.Calm(1);
        using var restored = await client.PostAsync(new Uri(admin, "/admin/nodes/all/node1/restore"), content: null);
        Assert.True(restored.IsSuccessStatusCode, $"{restored.StatusCode}");
        await prometheus.SeesAsync("shadowproxy_migration_lead_seconds_count{shadowproxy_symptom=\"none\"}");

        nodes.Climb(0);
        await prometheus.SeesAsync("shadowproxy_node_state{shadowproxy_node=\"node0\"} >= 2");
        await nodes.KillAsync(0);
        await prometheus.SeesAsync("shadowproxy_migration_lead_seconds_count{shadowproxy_symptom=\"came\"}");
        await prometheus.SeesAsync("sum(shadowproxy_request_second_attempts_total) > 0");
    }

    private static async Task<string?> AskAsync(HttpClient client, int session)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");
        request.Headers.Add("Cookie", $"sid=s{session}");
        using var response = await client.SendAsync(request);
        await Task.Delay(TimeSpan.FromMilliseconds(40));
        return null;
    }

    /// <summary>What the alerts compare: an alert itself is silent while all is well.</summary>
    private static async Task<IEnumerable<(string Where, string Expression)>> AlertsAsync(Prometheus prometheus)
    {
        var groups = (await prometheus.GetAsync("rules")).GetProperty("groups").EnumerateArray().ToArray();
        Assert.NotEmpty(groups);
        return
        [
            .. from rule in groups.SelectMany(rules => rules.GetProperty("rules").EnumerateArray())
               from side in Comparison().Split(rule.GetProperty("query").GetString()!)
               where !double.TryParse(side, CultureInfo.InvariantCulture, out _)
               select (rule.GetProperty("name").GetString()!, side),
        ];
    }

    /// <summary>Whatever a query names is a metric or a label that the proxy has.</summary>
    private static async Task AssertNamesAsync(Prometheus prometheus, IEnumerable<(string Where, string Expression)> queries)
    {
        var labels = (await prometheus.GetAsync("labels")).EnumerateArray().Select((JsonElement label) => label.GetString()!);
        var known = (await prometheus.LabelValuesAsync("__name__")).Concat(labels).ToHashSet();

        Assert.Empty(
            from query in queries
            from Match name in Name().Matches(query.Expression)
            where !known.Contains(name.Value)
            select $"{query.Where}: {name.Value}");
    }

    private static async Task<IEnumerable<string>> SilentAsync(Prometheus prometheus, (string Where, string Expression)[] queries)
    {
        var silent = queries;
        try
        {
            await Patience.EventuallyAsync(async _ =>
            {
                var still = new List<(string, string)>();
                foreach (var query in silent)
                {
                    if (!HasData(query.Expression, await prometheus.QueryAsync(query.Expression)))
                        still.Add(query);
                }

                silent = [.. still];
                return silent.Length == 0;
            });
        }
        catch (OperationCanceledException)
        {
            // The test says which.
        }

        return silent.Select(query => $"{query.Where}: {query.Expression}");
    }

    /// <summary>The anomaly threshold is not a number until a node has been watched for an hour.</summary>
    private static bool HasData(string expression, string[] values) =>
        values.Any(value => value != "NaN" || expression.Contains("anomaly_threshold", StringComparison.Ordinal));

    [GeneratedRegex(@"\s+(?:==|!=|<=|>=|<|>|and|or|unless)\s+")]
    private static partial Regex Comparison();

    [GeneratedRegex(@"\b(?:shadowproxy|http|kestrel|dotnet|up)(?:_\w+)?\b(?!"")")]
    private static partial Regex Name();
}
