using Microsoft.AspNetCore.Http;

namespace ShadowProxy.NodeAgent;

/// <summary>Counts requests and puts the newest load report on every response.</summary>
internal sealed class NodeAgentMiddleware
{
    private readonly RequestDelegate _next;
    private readonly TrafficCounter _traffic;
    private readonly Func<object, Task> _addReport;

    public NodeAgentMiddleware(RequestDelegate next, TrafficCounter traffic, LoadReporter reporter)
    {
        _next = next;
        _traffic = traffic;
        _addReport = response =>
        {
            ((HttpResponse)response).Headers[OrcaText.HeaderName] = reporter.Header;
            return Task.CompletedTask;
        };
    }

    public async Task InvokeAsync(HttpContext context)
    {
        _traffic.Start();
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
            _traffic.End(failed);
        }
    }
}
