using System.Diagnostics;
using System.Globalization;
using ShadowProxy.FunctionalTests.Infrastructure;

namespace ShadowProxy.FunctionalTests.NodeAgent;

/// <summary>The agent's own values, as Prometheus reads them.</summary>
public sealed class AgentMetricsTests : IAsyncLifetime
{
    private static readonly string? Promtool = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
        .Select(folder => Path.Combine(folder, "promtool")).FirstOrDefault(File.Exists);

    private readonly HttpClient _client = new() { Timeout = Patience.Limit };
    private AgentNode _node = null!;

    public async ValueTask InitializeAsync()
    {
        _node = await AgentNode.StartAsync(configure: options => options.Utilization["que\"ue"] = () => 0.75);
        _client.BaseAddress = _node.Address;
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _node.DisposeAsync();
    }

    [Fact]
    public async Task Metrics_CheckedByPromtool_AreWellFormed()
    {
        Assert.SkipWhen(Promtool is null, "promtool is not installed");
        using var check = Process.Start(new ProcessStartInfo(Promtool, ["check", "metrics"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;

        await check.StandardInput.WriteAsync(await _client.GetStringAsync("/metrics"));
        check.StandardInput.Close();
        var said = await check.StandardOutput.ReadToEndAsync() + await check.StandardError.ReadToEndAsync();
        await check.WaitForExitAsync();

        Assert.Equal((0, ""), (check.ExitCode, said));
    }

    [Fact]
    public async Task Metrics_AfterRequests_CountThemAndNotTheScrapes()
    {
        for (var i = 0; i < 3; i++)
            await _client.GetStringAsync("/");
        await _client.GetStringAsync("/metrics");
        var waiting = _client.GetStringAsync("/wait");
        await _node.Begun;
        _node.Drain.Drain();

        // A request is counted when its answer is whole, which its client may see first.
        await Patience.EventuallyAsync(async _ => (await ScrapeAsync()) is var now && now["requests_total"] == 3 && now["open_connections"] >= 2);
        var values = await ScrapeAsync();
        Assert.Equal(
            (3, 0, 1, 1),
            (values["requests_total"], values["request_errors_total"], values["requests_in_flight"], values["draining"]));
        Assert.Equal(0.75, values["utilization_ratio{name=\"que\\\"ue\"}"]);
        Assert.InRange(values["memory_utilization_ratio"], 0.001, 1);
        _node.Release();
        await waiting.Soon();
    }

    private async Task<Dictionary<string, double>> ScrapeAsync() =>
        (await _client.GetStringAsync("/metrics")).Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .Where(line => line[0] != '#')
        .Select(line => line.Split(' '))
        .ToDictionary(parts => parts[0]["shadowproxy_agent_".Length..], parts => double.Parse(parts[1], CultureInfo.InvariantCulture));
}
