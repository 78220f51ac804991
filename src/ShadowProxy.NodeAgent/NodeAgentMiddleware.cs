using Microsoft.AspNetCore.Http;

namespace ShadowProxy.NodeAgent;

/// <summary>Counts requests and puts the newest load report on every response.</summary>
internal sealed class NodeAgentMiddleware
{
    private readonly RequestDelegate _next;
    private readonly TrafficCounter _traffic;
    private readonly LoadReporter _reporter;
    private readonly Func<object, Task> _addReport;

    public NodeAgentMiddleware(RequestDelegate next, TrafficCounter traffic, LoadReporter reporter)
    {
        _next = next;
        _traffic = traffic;
        _reporter = reporter;
        _addReport = response =>
        {
            ((HttpResponse)response).Headers[OrcaText.HeaderName] = reporter.Header;
            return Task.CompletedTask;
        };
    }

    public async Task InvokeAsync(HttpContext context)
    {
        _traffic.Start(context);
        // Probes go on for as long as the node lives: they are not what it waits for before it stops.
        if (_reporter.Latest.IsDraining && IsProbe(context.Request))
            TrafficCounter.Exclude(context);
        var failed = false;
        try
        {
            context.Response.OnStarting(_addReport, context.Response);
            await _next(context);
            failed = context.Response.StatusCode >= StatusCodes.Status500InternalServerError;
        }
        catch (Exception) when (!context.RequestAborted.IsCancellationRequested)
        {
            failed = true;
            throw;
        }
        finally
        {
            _traffic.End(context, failed);
        }
    }

    /// <summary>Whether it comes from ShadowProxy's prober or from the kubelet's.</summary>
    private static bool IsProbe(HttpRequest request) => request.Headers.UserAgent is [{ } agent]
        && (agent == "ShadowProxy" || agent.StartsWith("kube-probe/", StringComparison.Ordinal));
}
