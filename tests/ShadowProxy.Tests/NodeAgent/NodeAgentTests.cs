using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using ShadowProxy.NodeAgent;

namespace ShadowProxy.Tests.NodeAgent;

public sealed class NodeAgentTests : IAsyncLifetime
{
    private readonly WebApplication _app;
    private readonly HttpClient _client = new();
    private readonly TaskCompletionSource _release = new();

    public NodeAgentTests()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Services.AddNodeAgent(options => options.SampleInterval = TimeSpan.FromMinutes(1));
        _app = builder.Build();
        _app.UseNodeAgent();
        _app.Run(context => context.Request.Path.Value switch
        {
            "/throw" => throw new InvalidOperationException(),
            "/busy" => _release.Task,
            var path => Answer(context, path == "/500" ? 500 : 200),
        });
    }

    public async ValueTask InitializeAsync()
    {
        await _app.StartAsync();
        _client.BaseAddress = new Uri(_app.Urls.Single());
    }

    public async ValueTask DisposeAsync()
    {
        _release.TrySetResult();
        _client.Dispose();
        await _app.DisposeAsync();
    }

    [Theory]
    [InlineData("/", HttpStatusCode.OK)]
    [InlineData("/500", HttpStatusCode.InternalServerError)]
    public async Task Response_OfAnyStatus_CarriesTheReport(string path, HttpStatusCode status)
    {
        using var response = await _client.GetAsync(path);

        Assert.Equal(status, response.StatusCode);
        Assert.InRange(Report(response)["mem_utilization"], 0, 1);
    }

    [Fact(Timeout = 30_000)]
    public async Task Report_AfterLoad_ShowsIt()
    {
        using var before = await _client.GetAsync("/");
        for (var i = 0; i < 10; i++)
            using (await _client.GetAsync(i % 2 == 0 ? "/" : "/500"))
            {
            }

        using (await _client.GetAsync("/throw"))
        {
        }

        var timeout = TestContext.Current.CancellationToken;
        var busy = _client.GetAsync("/busy");
        var traffic = _app.Services.GetRequiredService<TrafficCounter>();
        while (traffic.Ended < 12 || traffic.InFlight == 0)
        {
            timeout.ThrowIfCancellationRequested();
            await Task.Yield();
        }

        _app.Services.GetRequiredService<LoadReporter>().Sample();
        using var after = await _client.GetAsync("/");

        Assert.Equal(0, Report(before)["rps_fractional"]);
        var report = Report(after);
        Assert.True(report["rps_fractional"] > 0);
        Assert.Equal(report["rps_fractional"] * 6 / 12, report["eps"], 0.01 * report["rps_fractional"]);
        Assert.Equal(1, report["named_metrics.in_flight"]);
        Assert.True(double.IsFinite(report["cpu_utilization"]));

        _release.SetResult();
        using (await busy)
        {
        }
    }

    [Theory]
    [InlineData(0, "queue")]
    [InlineData(250, "a,b")]
    [InlineData(250, "")]
    public void Options_OutOfRange_AreRefused(int milliseconds, string name)
    {
        var services = new ServiceCollection().AddNodeAgent(options =>
        {
            options.SampleInterval = TimeSpan.FromMilliseconds(milliseconds);
            options.Utilization[name] = () => 0;
        });
        using var provider = services.BuildServiceProvider();

        Assert.Throws<OptionsValidationException>(() => provider.GetRequiredService<IOptions<NodeAgentOptions>>().Value);
    }

    private static Task Answer(HttpContext context, int status)
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    }

    private static Dictionary<string, double> Report(HttpResponseMessage response)
    {
        var text = response.Headers.GetValues("endpoint-load-metrics").Single();
        Assert.StartsWith("TEXT ", text, StringComparison.Ordinal);
        return text["TEXT ".Length..].Split(',').Select(field => field.Split('='))
            .ToDictionary(field => field[0], field => double.Parse(field[1], CultureInfo.InvariantCulture));
    }
}
