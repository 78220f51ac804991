using System.Text;
using ShadowProxy.Configuration;
using ShadowProxy.Signals;
using ShadowProxy.Signals.Metrics;

namespace ShadowProxy.Tests.Signals.Metrics;

public sealed class MetricMappingTests
{
    private const string NodeExporter = """
        # HELP node_cpu_seconds_total Seconds the CPUs spent in each mode.
        # TYPE node_cpu_seconds_total counter
        node_cpu_seconds_total{cpu="0",mode="idle"} IDLE
        node_cpu_seconds_total{cpu="0",mode="user"} USER
        node_cpu_seconds_total{cpu="1",mode="idle"} 100
        node_cpu_seconds_total{cpu="1",mode="user"} 100
        # TYPE node_load1 gauge
        node_load1 0.5
        # TYPE node_memory_MemAvailable_bytes gauge
        node_memory_MemAvailable_bytes 2.5e+09
        # TYPE node_memory_MemTotal_bytes gauge
        node_memory_MemTotal_bytes 1e+10
        """;

    private const string OpenTelemetry = """
        # TYPE dotnet_process_cpu_time_seconds_total counter
        dotnet_process_cpu_time_seconds_total{cpu_mode="user"} USER
        dotnet_process_cpu_time_seconds_total{cpu_mode="system"} 1
        # TYPE dotnet_process_cpu_count gauge
        dotnet_process_cpu_count 4
        # TYPE dotnet_gc_pause_time_seconds_total counter
        dotnet_gc_pause_time_seconds_total PAUSE
        # TYPE dotnet_thread_pool_queue_length gauge
        dotnet_thread_pool_queue_length 50
        # TYPE http_server_request_duration_seconds histogram
        http_server_request_duration_seconds_bucket{http_route="/a",le="+Inf"} COUNT
        http_server_request_duration_seconds_sum{http_route="/a"} SUM
        http_server_request_duration_seconds_count{http_route="/a"} COUNT
        # EOF
        """;

    private readonly MetricMapping _auto = Mapping();

    [Fact]
    public void Read_NodeExporter_IsTheMachine()
    {
        var before = Scrape(_auto, 100, Fill(NodeExporter, ("IDLE", "1000"), ("USER", "500")));
        var now = Scrape(_auto, 105, Fill(NodeExporter, ("IDLE", "1004"), ("USER", "501")));

        var first = Report(_auto, before, null);
        var second = Report(_auto, now, before);

        Assert.Equal((double.NaN, 0.75, 0.25), (first.CpuUtilization, first.MemoryUtilization, first.ApplicationUtilization));
        Assert.Equal((0.2, 0.75, 0.25), (Math.Round(second.CpuUtilization, 6), second.MemoryUtilization, second.ApplicationUtilization));
    }

    [Fact]
    public void Read_OpenTelemetryOfDotNet_IsTheProcess()
    {
        var before = Scrape(_auto, 100, Fill(OpenTelemetry, ("USER", "10"), ("PAUSE", "1"), ("SUM", "2"), ("COUNT", "20")));
        var now = Scrape(_auto, 110, Fill(OpenTelemetry, ("USER", "30"), ("PAUSE", "2"), ("SUM", "7"), ("COUNT", "120")));

        var report = Report(_auto, now, before);

        Assert.Equal((0.5, 0.1, 0.05), (Math.Round(report.CpuUtilization, 6), Math.Round(report.ApplicationUtilization, 6), Math.Round(report.LatencySeconds, 6)));
        Assert.True(double.IsNaN(report.MemoryUtilization));
    }

    [Fact]
    public void Read_ProcessMetrics_AreTakenByTheCpusWhereTheseAreKnown()
    {
        const string Go = "# TYPE process_cpu_seconds_total counter\nprocess_cpu_seconds_total {0}\n# TYPE go_sched_gomaxprocs_threads gauge\ngo_sched_gomaxprocs_threads 2\n";
        var before = Scrape(_auto, 0, Go.Replace("{0}", "10"));

        Assert.Equal(0.25, Report(_auto, Scrape(_auto, 10, Go.Replace("{0}", "15")), before).CpuUtilization);
        Assert.True(double.IsNaN(Report(_auto, Scrape(_auto, 10, "process_cpu_seconds_total 15\n"), before).CpuUtilization));
    }

    [Fact]
    public void Read_CounterThatBeganAnew_IsUnknownOnce()
    {
        var mapping = Mapping(cpu: "busy_seconds_total");
        var (first, restarted, after) = (Scrape(mapping, 0, "busy_seconds_total 50"), Scrape(mapping, 10, "busy_seconds_total 3"), Scrape(mapping, 20, "busy_seconds_total 8"));

        Assert.True(double.IsNaN(Report(mapping, restarted, first).CpuUtilization));
        Assert.Equal(0.5, Report(mapping, after, restarted).CpuUtilization);
    }

    [Fact]
    public void Read_OwnFormula_TakesThePresetsPlace()
    {
        var mapping = Mapping(memory: "process_resident_memory_bytes / 2e9", saturation: "queue{name=\"in\"} / 100");

        var report = Report(mapping, Scrape(mapping, 0, """
            process_resident_memory_bytes 5e8
            queue{name="in"} 30
            queue{name="out"} 99
            node_memory_MemAvailable_bytes 1
            node_memory_MemTotal_bytes 10
            """), null);

        Assert.Equal((0.25, 0.3), (report.MemoryUtilization, report.ApplicationUtilization));
    }

    [Fact]
    public void Read_PresetAlone_LooksForNothingElse()
    {
        var mapping = Mapping(MetricsPreset.DotNet);

        Assert.True(MetricMapping.IsEmpty(Report(mapping, Scrape(mapping, 0, NodeExporter.Replace("IDLE", "1").Replace("USER", "1")), null)));
    }

    [Fact]
    public void Read_SeveralFormulasKnown_IsTheHighest()
    {
        var report = Report(_auto, Scrape(_auto, 0, "process_open_fds 90\nprocess_max_fds 100\ndotnet_thread_pool_queue_length 100\n"), null);

        Assert.Equal(0.9, report.ApplicationUtilization);
    }

    [Fact]
    public void Read_MemoryOverOne_IsNonsense()
    {
        var mapping = Mapping(memory: "used / 10");

        Assert.Contains("memory is 5", mapping.Read(Scrape(mapping, 0, "used 50"), null, out _), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1 -", "lacks a metric")]
    [InlineData("9a", "begins with no metric's name")]
    [InlineData("", "lacks a metric")]
    [InlineData("a / ", "lacks a metric")]
    [InlineData("a / 0", "a number that is not above 0")]
    [InlineData("a b", "has 'b' behind its end")]
    [InlineData("a / b / c", "has '/ c' behind its end")]
    [InlineData("count(a", "lacks )")]
    [InlineData("a{b}", "labels of 'a' cannot be read")]
    public void TryParse_WrongFormula_SaysWhatWouldBeRight(string text, string problem)
    {
        Assert.False(MetricFormula.TryParse(text, out _, out var error));

        Assert.Contains(problem, error, StringComparison.Ordinal);
        Assert.Contains("must be [1 -] metric [/ metric]", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1 - a / b", 0.75)]
    [InlineData("1-a/b", 0.75)]
    [InlineData("a", 2)]
    [InlineData("a / count(b)", 1)]
    [InlineData("c{path=\"/x{y}\"} / 4", 0.5)]
    public void Parse_Formula_IsWhatItSays(string text, double value)
    {
        var mapping = Mapping(cpu: text);

        Assert.Equal(value, Report(mapping, Scrape(mapping, 0, "a 2\nb{i=\"0\"} 3\nb{i=\"1\"} 5\nc{path=\"/x{y}\"} 2\nc{path=\"/\"} 9\n"), null).CpuUtilization);
    }

    private static MetricMapping Mapping(MetricsPreset preset = MetricsPreset.Auto, string? cpu = null, string? memory = null, string? saturation = null) =>
        new(new MetricsSettings(null, "/metrics", TimeSpan.FromSeconds(5), preset, cpu, memory, saturation, null));

    private static string Fill(string text, params (string Name, string Value)[] values) =>
        values.Aggregate(text, (filled, pair) => filled.Replace(pair.Name, pair.Value));

    private static MetricTotals Scrape(MetricMapping mapping, double seconds, string text)
    {
        var totals = mapping.Begin(seconds);
        Assert.Null(ExpositionReader.ReadAsync(new MemoryStream(Encoding.UTF8.GetBytes(text)), totals, default).GetAwaiter().GetResult());
        return totals;
    }

    private static LoadReport Report(MetricMapping mapping, MetricTotals now, MetricTotals? before)
    {
        Assert.Null(mapping.Read(now, before, out var report));
        return report;
    }
}
