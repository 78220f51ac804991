using System.Diagnostics;
using ShadowProxy.Configuration;
using ShadowProxy.Connections;
using ShadowProxy.Edge.Configuration;
using ShadowProxy.Migration;
using ShadowProxy.Telemetry;
using Yarp.ReverseProxy.Model;

namespace ShadowProxy.Edge.Telemetry;

/// <summary>Tells the access log of each request once it has ended, whatever became of it.</summary>
internal sealed class AccessLogMiddleware(RequestDelegate next, AccessLog log, TimeProvider time)
{
    public async Task InvokeAsync(HttpContext context)
    {
        var start = time.GetTimestamp();
        try
        {
            await next(context);
        }
        finally
        {
            log.Write(Describe(context, time.GetUtcNow(), time.GetElapsedTime(start)));
        }
    }

    private static AccessLogEntry Describe(HttpContext context, DateTimeOffset now, TimeSpan duration)
    {
        var shadowing = context.Features.Get<IShadowingFeature>();
        var proxy = context.Features.Get<IReverseProxyFeature>();
        return new(
            now - duration, context.Request.Method, context.Request.Path, context.Response.StatusCode, duration, shadowing?.TimeToHeaders,
            proxy?.Route.Config.RouteId, proxy?.Cluster.Config.ClusterId, shadowing?.Node ?? proxy?.ProxiedDestination?.DestinationId,
            shadowing?.Attempts, shadowing?.OtherAttempts, shadowing?.MigrationReason ?? MigrationReason.None, shadowing?.Signature,
            context.Response.ContentLength, context.Connection.RemoteIpAddress,
            context.Features.Get<ITlsFingerprintFeature>()?.Ja4, TraceOf(context));
    }

    /// <summary>The trace that the request belongs to: its span's, else the one that the client named (W3C Trace Context), else Kestrel's number.</summary>
    private static string TraceOf(HttpContext context)
    {
        if (Activity.Current is { } activity)
            return activity.TraceId.ToString();
        return ActivityContext.TryParse(context.Request.Headers.TraceParent, null, out var trace) ? trace.TraceId.ToString() : context.TraceIdentifier;
    }
}

/// <summary>Adds the access log where the configuration asks for one.</summary>
internal static class AccessLogExtensions
{
    /// <summary>Registers the log.</summary>
    public static void AddAccessLog(this WebApplicationBuilder builder)
    {
        var options = OptionsReader.Read<AccessLogOptions>(builder.Configuration.GetSection(AccessLogOptions.Section), []);
        if (string.IsNullOrEmpty(options.Path))
            return;
        builder.Services.AddSingleton(services => ActivatorUtilities.CreateInstance<AccessLog>(services, options.Path));
        builder.Services.AddHostedService(services => services.GetRequiredService<AccessLog>());
    }

    /// <summary>Puts the log around what follows in the pipeline.</summary>
    public static void UseAccessLog(this WebApplication app)
    {
        if (app.Services.GetService<AccessLog>() is not null)
            app.UseMiddleware<AccessLogMiddleware>();
    }
}
