using ShadowProxy.FunctionalTests.Infrastructure;

namespace ShadowProxy.FunctionalTests.Edge;

/// <summary><c>shadowproxy top</c> beside a proxy, each a process of its own.</summary>
public sealed class TopTests : IDisposable
{
    private const string Key = "operates-0123456789abcdef";

    private readonly EdgeFiles _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public async Task Top_OutputIsNoTerminal_PrintsOnePlainTable()
    {
        await using var edge = EdgeProcess.Start("run", "--config", _files.WriteConfig(["http://127.0.0.1:1", "http://127.0.0.1:2"]));
        var admin = await edge.ListeningAsync();
        using var client = new HttpClient();
        (await client.PostAsync(new Uri(admin, "/admin/nodes/all/node1/evacuate"), null)).EnsureSuccessStatusCode();

        await using var top = EdgeProcess.Start("top", "--url", admin.ToString(), "--sort", "state");

        Assert.Equal((0, ""), (await top.ExitCodeAsync(), top.Errors));
        var lines = top.Output.Split('\n');
        Assert.Contains($"at {admin.Authority}", lines[0], StringComparison.Ordinal);
        Assert.Contains("2 nodes", lines[0], StringComparison.Ordinal);
        Assert.Equal(["Node", "State", "Score", "Admitted", "Flows", "Busy", "ms", "Errors", "Req/s"], lines[1].Split(' ', StringSplitOptions.RemoveEmptyEntries).Take(9));
        Assert.Contains("all/node0", top.Output, StringComparison.Ordinal);
        Assert.Contains("all/node1", top.Output, StringComparison.Ordinal);
        Assert.Contains("operator: evacuate node all/node1", top.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("\x1b", top.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Top_NobodyListens_SaysSo()
    {
        var url = $"http://127.0.0.1:{FreePort.Find()}/";
        await using var top = EdgeProcess.Start("top", "--once", "--url", url);

        Assert.Equal(1, await top.ExitCodeAsync());
        Assert.Equal(($"{url} is not reachable: Connection refused", ""), (top.Errors, top.Output));
    }

    [Fact]
    public async Task Top_KeyAskedFor_TakesItFromTheEnvironmentOrAFile()
    {
        await using var edge = EdgeProcess.Start("run", "--config", _files.WriteConfig(["http://127.0.0.1:1"], $"\"Key\": \"{Key}\""));
        var url = (await edge.ListeningAsync()).ToString();
        File.WriteAllText(_files.PathOf("key"), Key + "\n");

        await using var none = EdgeProcess.Start("top", "--once", "--url", url);
        await using var wrong = EdgeProcess.Start(("SHADOWPROXY_ADMIN_KEY", "wrong-0123456789abcdef"), "top", "--once", "--url", url);
        await using var variable = EdgeProcess.Start(("SHADOWPROXY_ADMIN_KEY", Key), "top", "--once", "--url", url);
        await using var file = EdgeProcess.Start("top", "--once", "--url", url, "--key-file", _files.PathOf("key"));

        Assert.Equal((1, $"{url} asks for a key: give it by --key-file or SHADOWPROXY_ADMIN_KEY"), (await none.ExitCodeAsync(), none.Errors));
        Assert.Equal((1, $"{url} refuses the key"), (await wrong.ExitCodeAsync(), wrong.Errors));
        Assert.Equal((0, ""), (await variable.ExitCodeAsync(), variable.Errors));
        Assert.Equal((0, ""), (await file.ExitCodeAsync(), file.Errors));
        Assert.Contains("all/node0", file.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--url", "127.0.0.1:9901", "want the operators' listener, such as http://127.0.0.1:9901")]
    [InlineData("--interval", "0", "want 0.2 to 60 seconds")]
    public async Task Top_WrongOption_SaysWhatIsRight(string option, string value, string problem)
    {
        await using var top = EdgeProcess.Start("top", "--once", option, value);

        Assert.Equal(1, await top.ExitCodeAsync());
        Assert.Contains(problem, top.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Top_InATerminal_OutlivesARestartOfTheProxyUntilAKeyEndsIt()
    {
        Assert.SkipUnless(TerminalProcess.IsThere, "there is no command 'script' to make a terminal");
        var config = _files.WriteConfig(["http://127.0.0.1:1"], adminUrl: $"http://127.0.0.1:{FreePort.Find()}");
        await using var first = EdgeProcess.Start("run", "--config", config);
        var admin = await first.ListeningAsync();
        await using var top = TerminalProcess.Start("top", "--url", admin.ToString(), "--interval", "0.2");
        await top.ShowsAsync("all/node0");
        await top.ShowsAsync("q quits, s sorts by name");

        top.Type("s");
        await top.ShowsAsync("s sorts by state");
        await first.SignalAsync("KILL");
        await top.ShowsAsync("is not reachable");
        await using var second = EdgeProcess.Start("run", "--config", config);
        using var client = new HttpClient();
        (await client.PostAsync(new Uri(await second.ListeningAsync(), "/admin/nodes/all/node0/evacuate"), null)).EnsureSuccessStatusCode();
        await top.ShowsAsync("operator: evacuate node all/node0");
        top.Type("q");

        Assert.Equal(0, await top.ExitCodeAsync());
    }
}
