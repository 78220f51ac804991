using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace ShadowProxy.Edge.Telemetry;

/// <summary>Metrics for Prometheus always; metrics, traces and logs over OTLP where <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> says where to.</summary>
internal static class EdgeTelemetry
{
    // Not System.Net.Http: it measures each request several times over, which costs more than all that ShadowProxy does with it.
    private static readonly string[] Meters =
        ["ShadowProxy", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime"];

    // Two measurements a request each; the requests in flight are known by node.
    private static readonly string[] NotMeasured = ["http.server.active_requests", "kestrel.queued_requests"];

    public static void AddEdgeTelemetry(this WebApplicationBuilder builder)
    {
        var telemetry = builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService("shadowproxy"))
            .WithMetrics(metrics =>
            {
                metrics.AddMeter(Meters).AddPrometheusExporter();
                foreach (var name in NotMeasured)
                    metrics.AddView(name, MetricStreamConfiguration.Drop);
            });
        if (string.IsNullOrEmpty(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]))
            return;
        telemetry
            .WithMetrics(metrics => metrics.SetExemplarFilter(ExemplarFilterType.TraceBased))
            .WithTracing(traces => traces.AddAspNetCoreInstrumentation().AddHttpClientInstrumentation().AddSource("Yarp.ReverseProxy", "ShadowProxy"))
            .WithLogging(configureBuilder: null, logs => (logs.IncludeFormattedMessage, logs.IncludeScopes) = (true, true))
            .UseOtlpExporter();
    }
}
