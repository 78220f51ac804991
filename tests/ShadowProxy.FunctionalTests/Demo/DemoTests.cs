using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace ShadowProxy.FunctionalTests.Demo;

public sealed class DemoTests
{
    [Fact]
    public async Task Demo_ToItsEnd_WritesTheSummaryToStdoutAndNothingElse()
    {
        using var demo = new DemoProcess("--scenario", "healthy", "--duration", "5", "--rate", "40", "--sessions", "20", "--json", "-");
        var display = demo.Errors.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await demo.Output.ReadToEndAsync(TestContext.Current.CancellationToken);

        Assert.Equal(0, await demo.ExitAsync());
        var json = JsonDocument.Parse(output).RootElement;
        Assert.Equal("healthy", json.GetProperty("scenario").GetString());
        Assert.InRange(json.GetProperty("requests").GetInt64(), 100, 300);
        Assert.Equal((0, 0), (json.GetProperty("failed").GetInt64(), json.GetProperty("duplicatePosts").GetInt64()));
        Assert.Contains("scenario healthy", await display, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Demo_Compare_SumsUpBothRuns()
    {
        using var demo = new DemoProcess("--scenario", "crash", "--duration", "5", "--rate", "40", "--json", "-", "--compare");
        var display = demo.Errors.ReadToEndAsync(TestContext.Current.CancellationToken);
        var json = JsonDocument.Parse(await demo.Output.ReadToEndAsync(TestContext.Current.CancellationToken)).RootElement;

        Assert.Equal(0, await demo.ExitAsync());
        Assert.Equal(["scenario", "seed", "shadowing", "plain"], json.EnumerateObject().Select(p => p.Name));
        Assert.Equal(json.GetProperty("plain").GetProperty("requests").GetInt64(), json.GetProperty("shadowing").GetProperty("requests").GetInt64());
        Assert.Contains("plain YARP at ", await display, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Demo_Interrupted_SumsUpAndLeavesNoProcess()
    {
        using var demo = new DemoProcess("--duration", "600");
        var backends = await demo.RunningAsync(demo.Output);
        await demo.InterruptAsync();
        var rest = await demo.Output.ReadToEndAsync(TestContext.Current.CancellationToken);

        Assert.Equal(4, backends.Length);
        Assert.Equal(130, await demo.ExitAsync());
        Assert.Contains("duplicate POSTs", rest, StringComparison.Ordinal);
        await demo.EndedAsync(backends);
    }

    [Fact]
    public async Task Demo_Killed_LeavesNoProcess()
    {
        using var demo = new DemoProcess("--duration", "600");
        var backends = await demo.RunningAsync(demo.Output);
        demo.Kill();

        Assert.Equal(4, backends.Length);
        await demo.EndedAsync(backends);
    }

    [Fact]
    public async Task Demo_PortInUse_SaysSo()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        using var demo = new DemoProcess("--port", $"{port}");
        var errors = await demo.Errors.ReadToEndAsync(TestContext.Current.CancellationToken);

        Assert.Equal(1, await demo.ExitAsync());
        Assert.Contains($"127.0.0.1:{port}", errors, StringComparison.Ordinal);
        Assert.Single(errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }
}
