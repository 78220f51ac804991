using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;

namespace ShadowProxy.FunctionalTests.Edge;

public sealed class EdgeProcessTests : IDisposable
{
    private readonly EdgeFiles _files = new();
    private readonly HttpClient _client = new();

    public void Dispose()
    {
        _client.Dispose();
        _files.Dispose();
    }

    [Fact]
    public async Task Sigterm_RequestUnderWay_IsAnsweredBeforeTheEnd()
    {
        var (arrived, answer) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var backend = await SlowBackendAsync(arrived, answer);
        await using var edge = EdgeProcess.Start("run", "--config", _files.WriteConfig([backend.Address]));
        var admin = await edge.ListeningAsync();
        var response = _client.GetStringAsync(await edge.ListeningAsync());
        await arrived.Task;

        await edge.SignalAsync("TERM");
        await ReadinessIsOffAsync(admin);
        Assert.False(response.IsCompleted);
        answer.SetResult();

        Assert.Equal("answer", await response);
        Assert.Equal(0, await edge.ExitCodeAsync());
        Assert.Equal("", edge.Errors);
    }

    [Fact]
    public async Task Sigint_Twice_ExitsAtOnce()
    {
        var (arrived, answer) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var backend = await SlowBackendAsync(arrived, answer);
        await using var edge = EdgeProcess.Start("--config", _files.WriteConfig([backend.Address]));
        var admin = await edge.ListeningAsync();
        var response = _client.GetStringAsync(await edge.ListeningAsync());
        await arrived.Task;

        await edge.SignalAsync("INT");
        await ReadinessIsOffAsync(admin);
        await edge.SignalAsync("INT");

        Assert.Equal(130, await edge.ExitCodeAsync());
        await Assert.ThrowsAsync<HttpRequestException>(() => response);
        answer.SetResult();
    }

    [Fact]
    public async Task Run_BadConfiguration_FailsWithEveryError()
    {
        await using var edge = EdgeProcess.Start("run", "--config", _files.Write("{ \"Typo\": 1,\n \"Shadowing\": { \"Capacity\": 1 } }"));

        Assert.Equal(1, await edge.ExitCodeAsync());
        Assert.Equal(
            [$"{_files.ConfigPath}(1): $.Typo = \"1\": is not a known key", $"{_files.ConfigPath}(2): $.Shadowing.Capacity = \"1\": must lie between 1000 and 100000000"],
            edge.Errors.Split('\n'));
    }

    [Fact]
    public async Task Run_PortInUse_FailsWithOneLine()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var url = $"http://127.0.0.1:{((IPEndPoint)taken.LocalEndpoint).Port}";
        await using var edge = EdgeProcess.Start("run", "--config", _files.WriteConfig([], endpoint: $"\"Url\": \"{url}\""));

        Assert.Equal(1, await edge.ExitCodeAsync());
        Assert.Equal($"shadowproxy cannot start: Failed to bind to address {url}: address already in use.", edge.Errors);
        Assert.DoesNotContain("   at ", edge.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_CertificateMissing_FailsWithOneLine()
    {
        await using var edge = EdgeProcess.Start("run", "--config", _files.WriteConfig([], endpoint:
            "\"Url\": \"https://127.0.0.1:0\", \"Certificate\": { \"Path\": \"/nowhere/tls.crt\", \"KeyPath\": \"/nowhere/tls.key\" }"));

        Assert.Equal(1, await edge.ExitCodeAsync());
        Assert.Contains("/nowhere/tls.crt", Assert.Single(edge.Errors.Split('\n')), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Healthcheck_Running_ExitsZeroElseOne()
    {
        await using var edge = EdgeProcess.Start("run", "--config", _files.WriteConfig([]));
        var admin = await edge.ListeningAsync();
        await edge.ListeningAsync();
        var config = _files.Write((await File.ReadAllTextAsync(_files.ConfigPath)).Replace(
            "\"Admin\": { \"Url\": \"http://127.0.0.1:0\"", $"\"Admin\": {{ \"Url\": \"{admin.GetLeftPart(UriPartial.Authority)}\"", StringComparison.Ordinal));
        await using var well = EdgeProcess.Start("--healthcheck", "--config", config);
        Assert.Equal(0, await well.ExitCodeAsync());
        Assert.EndsWith("/health/ready 200 Healthy", well.Output, StringComparison.Ordinal);

        await edge.SignalAsync("TERM");
        await edge.ExitCodeAsync();
        await using var gone = EdgeProcess.Start("--healthcheck", "--config", config);
        Assert.Equal(1, await gone.ExitCodeAsync());
        Assert.Single(gone.Output.Split('\n'));
    }

    [Theory]
    [InlineData("Observe", 0, "OK: 1 routes, 1 clusters")]
    [InlineData("Sometimes", 1, "environment variable Shadowing__Defaults__Mode = \"Sometimes\": must be one of Active, Observe, Off")]
    public async Task Check_EnvironmentOverTheFile_IsPartOfIt(string mode, int exitCode, string expected)
    {
        await using var edge = EdgeProcess.Start(("Shadowing__Defaults__Mode", mode), "check", "--config", _files.WriteConfig(["http://127.0.0.1:1"]));

        Assert.Equal(exitCode, await edge.ExitCodeAsync());
        Assert.Equal(expected, edge.Output + edge.Errors);
    }

    private static Task<Backend> SlowBackendAsync(TaskCompletionSource arrived, TaskCompletionSource answer) => Backend.StartAsync(async context =>
    {
        arrived.TrySetResult();
        await answer.Task;
        await context.Response.WriteAsync("answer");
    });

    private async Task ReadinessIsOffAsync(Uri admin)
    {
        using var giveUp = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while ((await _client.GetAsync(new Uri(admin, "/health/ready"), giveUp.Token)).StatusCode == HttpStatusCode.OK)
            await Task.Yield();
    }
}
