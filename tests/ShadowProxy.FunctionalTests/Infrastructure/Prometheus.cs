using System.Diagnostics;
using System.Text.Json;

namespace ShadowProxy.FunctionalTests.Infrastructure;

/// <summary>A real Prometheus on loopback that asks one proxy for its metrics twice a second.</summary>
internal sealed class Prometheus : IAsyncDisposable
{
    private readonly Process _process;
    private readonly HttpClient _client;

    private Prometheus(Process process, HttpClient client) => (_process, _client) = (process, client);

    /// <summary>Where it is installed; null where it is not.</summary>
    public static string? Program { get; } = InstalledProgram.Find("prometheus");

    /// <summary>Starts it, and returns once it answers.</summary>
    /// <param name="directory">Where its configuration and data are written; not there yet.</param>
    /// <param name="proxy">The proxy's listener of metrics.</param>
    /// <param name="rules">The alert rules.</param>
    public static async Task<Prometheus> StartAsync(string directory, Uri proxy, string rules)
    {
        var config = Path.Combine(Directory.CreateDirectory(directory).FullName, "prometheus.yml");
        await File.WriteAllTextAsync(config, $"""
            global:
              scrape_interval: 500ms
              scrape_timeout: 500ms
              evaluation_interval: 1s
            rule_files: ["{rules}"]
            scrape_configs:
              - job_name: shadowproxy
                static_configs:
                  - targets: ["{proxy.Authority}"]

            """);
        var address = $"127.0.0.1:{FreePort.Find()}";
        var process = Process.Start(new ProcessStartInfo(
            Program!, [$"--config.file={config}", $"--storage.tsdb.path={Path.Combine(directory, "data")}", $"--web.listen-address={address}"])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        })!;
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        var started = new Prometheus(process, new HttpClient { BaseAddress = new Uri($"http://{address}"), Timeout = Patience.Limit });
        await Patience.EventuallyAsync(started.IsReadyAsync);
        return started;
    }

    /// <summary>Asks for something of the API; returns what <c>data</c> holds.</summary>
    public async Task<JsonElement> GetAsync(string path)
    {
        using var response = await _client.GetAsync("/api/v1/" + path);
        var answer = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
        Assert.True(response.IsSuccessStatusCode, $"{path}: {answer}");
        return answer.GetProperty("data");
    }

    /// <summary>The present values of a query's series.</summary>
    public async Task<string[]> QueryAsync(string expression)
    {
        var result = (await GetAsync($"query?query={Uri.EscapeDataString(expression)}")).GetProperty("result");
        return [.. result.EnumerateArray().Select(series => series.GetProperty("value")[1].GetString()!)];
    }

    /// <summary>The values of a label among the series that match.</summary>
    public async Task<string[]> LabelValuesAsync(string label, string? match = null)
    {
        var values = await GetAsync($"label/{label}/values" + (match is null ? "" : $"?match[]={Uri.EscapeDataString(match)}"));
        return [.. values.EnumerateArray().Select(value => value.GetString()!)];
    }

    /// <summary>Waits until a query has an answer.</summary>
    public Task SeesAsync(string expression) => Patience.EventuallyAsync(async _ => (await QueryAsync(expression)).Length > 0);

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private async Task<bool> IsReadyAsync(CancellationToken cancellation)
    {
        try
        {
            using var response = await _client.GetAsync("/-/ready", cancellation);
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
