using System.Diagnostics;
using ShadowProxy.Lab.Backends;

namespace ShadowProxy.FunctionalTests.Lab;

public sealed class BackendProcessTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly HttpClient _client = new();
    private BackendProcess _backend = null!;

    public async ValueTask InitializeAsync() => _backend = await BackendProcess.StartAsync(new BackendProcessOptions { Name = "north" });

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _backend.DisposeAsync();
    }

    [Fact]
    public async Task Start_Backend_IsAProcessThatAnswers()
    {
        using var response = await _client.GetAsync(_backend.Address);

        Assert.True(response.IsSuccessStatusCode);
        Assert.Equal("north", response.Headers.GetValues("X-Backend").Single());
        Assert.NotEqual(Environment.ProcessId, _backend.Id);
        using var process = Process.GetProcessById(_backend.Id);
        Assert.False(process.HasExited);
    }

    [Fact]
    public async Task Kill_AfterPosts_WorkIsStillCounted()
    {
        foreach (var id in (string[])["a", "b", "a"])
            using (await PostAsync(id))
            {
            }

        _backend.Kill();
        await _backend.Exited.WaitAsync(Patience);

        Assert.Equal(["a", "b", "a"], _backend.ExecutedWork);
        await Assert.ThrowsAsync<HttpRequestException>(() => _client.GetAsync(_backend.Address));
        await _backend.SendAsync("start crash 0 1 1 1 1");
    }

    [Fact]
    public async Task StartScenario_Crash_ProcessEndsByItself()
    {
        await _backend.StartScenarioAsync(new StartCommand("crash", 0, 1, Seed: 1, TimeSpan.FromMilliseconds(100), FairRps: 1));

        await _backend.Exited.WaitAsync(Patience);
    }

    [Fact]
    public async Task Dispose_Running_LeavesNoProcess()
    {
        await _backend.DisposeAsync();

        Assert.True(_backend.Exited.IsCompletedSuccessfully);
        Assert.Throws<ArgumentException>(() => Process.GetProcessById(_backend.Id));
        await _backend.DisposeAsync();
    }

    [Fact]
    public async Task StandardInput_Ends_ProcessEndsWithItsParent()
    {
        var command = new BackendProcessOptions { Name = "south" }.Command;
        using var process = Process.Start(new ProcessStartInfo(command[0], command.Skip(1).Append("backend").Append("--with-parent"))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        var first = await process.StandardOutput.ReadLineAsync();
        process.StandardInput.Close();
        using var patience = new CancellationTokenSource(Patience);
        await process.WaitForExitAsync(patience.Token);

        Assert.StartsWith("listening http://127.0.0.1:", first, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_PortTaken_SaysWhy()
    {
        var options = new BackendProcessOptions { Name = "south", Port = _backend.Address.Port };

        var exception = await Assert.ThrowsAsync<InvalidOperationException>(() => BackendProcess.StartAsync(options));

        Assert.Contains("address already in use", exception.Message, StringComparison.Ordinal);
    }

    private async Task<HttpResponseMessage> PostAsync(string id)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, _backend.Address)
        {
            Content = new StringContent("{}"),
            Headers = { { "X-Request-Id", id } },
        };
        return await _client.SendAsync(request);
    }
}
