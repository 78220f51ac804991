using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using ShadowProxy.Telemetry;

namespace ShadowProxy.Edge.Telemetry;

/// <summary>Metrics for Prometheus always; metrics, traces and logs over OTLP where <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> says where to.</summary>
internal static class EdgeTelemetry
{
    private const int MostSeries = 10_000;

    // Not System.Net.Http: it measures each request several times over, which costs more than all that ShadowProxy does with it.
    private static readonly string[] Meters =
        [ShadowingMetrics.MeterName, "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime"];

    // Two measurements a request each; the requests in flight are known by node.
    private static readonly string[] NotMeasured = ["http.server.active_requests", "kestrel.queued_requests"];

    // Several series a node: of more than 2,000, which is what an instrument may have by default, the rest would be one series together.
    private static readonly string[] SeveralPerNode =
        ["shadowproxy.flow.migrations", "shadowproxy.node.state_changes", "shadowproxy.node.errors", "shadowproxy.node.score.taken"];

    public static void AddEdgeTelemetry(this WebApplicationBuilder builder)
    {
        var telemetry = builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService("shadowproxy"))
            .WithMetrics(metrics =>
            {
                metrics.AddMeter(Meters).AddPrometheusExporter();
                foreach (var name in NotMeasured)
                    metrics.AddView(name, MetricStreamConfiguration.Drop);
                foreach (var name in SeveralPerNode)
                    metrics.AddView(name, new MetricStreamConfiguration { CardinalityLimit = MostSeries });
            });
        if (string.IsNullOrEmpty(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]))
            return;
        telemetry
            .WithMetrics(metrics => metrics.SetExemplarFilter(ExemplarFilterType.TraceBased))
            .WithTracing(traces => traces.AddAspNetCoreInstrumentation().AddHttpClientInstrumentation().AddSource("Yarp.ReverseProxy", Spans.SourceName))
            .WithLogging(configureBuilder: null, logs => (logs.IncludeFormattedMessage, logs.IncludeScopes) = (true, true))
            .UseOtlpExporter();
    }
}
