using Microsoft.AspNetCore.Http;
using ShadowProxy.FunctionalTests.Edge;

namespace ShadowProxy.FunctionalTests.Observability;

public sealed class SwitchedOffTests
{
    [Theory]
    [InlineData("true", false)]
    [InlineData("false", true)]
    public async Task Run_SdkDisabled_ServesAndMeasuresNothing(string disabled, bool measures)
    {
        using var files = new EdgeFiles();
        using var client = new HttpClient();
        await using var backend = await Backend.StartAsync(context => context.Response.WriteAsync("answer"));
        await using var edge = EdgeProcess.Start(("OTEL_SDK_DISABLED", disabled), "run", "--config", files.WriteConfig([backend.Address]));
        var admin = await edge.ListeningAsync();

        Assert.Equal("answer", await client.GetStringAsync(await edge.ListeningAsync()));

        var metrics = await client.GetStringAsync(new Uri(admin, "/metrics"));
        Assert.Equal(measures, metrics.Contains("shadowproxy_node_requests_total", StringComparison.Ordinal));
        Assert.Equal(measures, metrics.Length > 0);
    }
}
