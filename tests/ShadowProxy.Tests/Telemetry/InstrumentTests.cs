using System.Diagnostics.Metrics;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ShadowProxy.Edge.Clients;
using ShadowProxy.Edge.Hosting;
using ShadowProxy.Telemetry;
using ShadowProxy.Tests.Edge;

namespace ShadowProxy.Tests.Telemetry;

/// <summary>The meter and the document that describes it.</summary>
public sealed partial class InstrumentTests
{
    private static readonly Dictionary<Type, string> Kinds = new()
    {
        [typeof(Counter<>)] = "counter",
        [typeof(ObservableCounter<>)] = "counter",
        [typeof(ObservableUpDownCounter<>)] = "up-down counter",
        [typeof(ObservableGauge<>)] = "gauge",
        [typeof(Histogram<>)] = "histogram",
    };

    [Fact]
    public async Task Document_ListsEveryInstrumentWithItsKindAndUnit()
    {
        var document = await File.ReadAllLinesAsync(ConfigurationFiles.ShippedFile("telemetry.md"), TestContext.Current.CancellationToken);
        var documented = document.Select(line => Row().Match(line)).Where(match => match.Success)
            .Select(match => $"{match.Groups["name"]}: {match.Groups["kind"]}, {match.Groups["unit"].Value.Trim('`')}");

        var instruments = await InstrumentsAsync();

        Assert.Equal(instruments.Order(), documented.Order());
    }

    [Fact]
    public async Task Names_AreDottedSnakeCaseWithoutUnits() => Assert.All(await InstrumentsAsync(), instrument =>
    {
        Assert.Matches("^shadowproxy(\\.[a-z]+(_[a-z]+)*)+: [a-z -]+, (–|s|By|\\{[a-z]+\\})$", instrument);
        Assert.DoesNotMatch("[._](seconds|bytes|total|ratio):", instrument);
    });

    /// <summary>All that a running host has, each with its kind and unit.</summary>
    private static async Task<string[]> InstrumentsAsync()
    {
        using var files = new ConfigurationFiles();
        var config = files.Write(ConfigurationFiles.Good.Replace(
            "\"Shadowing\": {",
            $$"""
            "Kestrel": { "Endpoints": { "Main": { "Url": "http://127.0.0.1:0" } } },
              "AccessLog": { "Path": "{{Path.Combine(Path.GetDirectoryName(files.Path)!, "access.log")}}" },
              "Shutdown": { "Delay": "00:00:00" },
              "Shadowing": { "Admin": { "Url": "http://127.0.0.1:0" },
            """,
            StringComparison.Ordinal));
        await using var app = await EdgeHost.BuildAsync(config, builder => builder.Logging.ClearProviders());
        using var series = new SeriesRecorder(app.Services.GetRequiredService<IMeterFactory>());
        await app.StartAsync(TestContext.Current.CancellationToken);
        app.Services.GetRequiredService<RejectedConnections>();
        var found = series.Instruments.Where(instrument => instrument.Meter.Name == ShadowingMetrics.MeterName)
            .Select(instrument => $"{instrument.Name}: {Kinds[instrument.GetType().GetGenericTypeDefinition()]}, {instrument.Unit ?? "–"}")
            .ToArray();
        await app.StopAsync(TestContext.Current.CancellationToken);
        return found;
    }

    [GeneratedRegex("^\\| `(?<name>shadowproxy\\.[^`]+)` \\| (?<kind>[^|]+) \\| (?<unit>[^|]+) \\|")]
    private static partial Regex Row();
}
