using Microsoft.AspNetCore.Http;
using ShadowProxy.Configuration;
using ShadowProxy.Nodes;
using ShadowProxy.Telemetry;

namespace ShadowProxy.Forwarding;

/// <summary>
/// Puts each request on the node of its flow, and on a further one where that could not serve it. Stands first in YARP's pipeline, so that
/// everything after it runs once an attempt. Thread-safe.
/// </summary>
internal sealed class ShadowingMiddleware(
    RequestDelegate next, RouteBindings bindings, ShadowDestinationSelector selector, OutcomeRecorder recorder, RetryRule retries, SendMark mark,
    RecordedBodies recordings, TimeProvider time)
{
    /// <summary>Forwards a request.</summary>
    public Task InvokeAsync(HttpContext context)
    {
        var proxy = context.GetReverseProxyFeature();
        if (bindings.Find(proxy.Route) is not { Cluster.Settings.Mode: var mode and not ShadowingMode.Off } binding)
            return next(context);
        var flow = selector.Choose(context, proxy, binding, observe: mode == ShadowingMode.Observe, out var rejected);
        context.Features.Set<IShadowingFeature>(flow);
        if (mode == ShadowingMode.Observe)
            return ObserveAsync(context, flow);
        if (!rejected)
            return ForwardAsync(context, flow);
        context.Response.StatusCode = StatusCodes.Status403Forbidden;
        return Task.CompletedTask;
    }

    private async Task ForwardAsync(HttpContext context, FlowContext flow)
    {
        if (flow.HasBody)
            context.Request.Body = flow.Body = new RequestBody(context.Request.Body, flow, MayKeepBody(context, flow) ? recordings : null, time);
        var reset = new ResponseReset(context.Response);
        try
        {
            for (var node = flow.Node; ; node = flow.Next)
            {
                flow.Next = null;
                if (node is not null)
                    flow.Proxy.AvailableDestinations = node.Destination;
                var began = flow.Attempts;
                var outcome = Outcome.Abandoned;
                try
                {
                    await next(context);
                    outcome = OutcomeReader.Read(context, flow);
                }
                finally
                {
                    End(flow, outcome);
                }

                if (flow.Next is null && (flow.Attempts == began || !IsWorthRetrying(outcome) || !retries.TryPlan(context, flow, outcome)))
                {
                    if (outcome is not (Outcome.Answered or Outcome.ServerError))
                        ProxyStatus.Tell(context, flow, outcome);
                    return;
                }

                reset.Apply(context);
                flow.Body?.Rewind();
            }
        }
        finally
        {
            flow.Body?.Release();
        }
    }

    private async Task ObserveAsync(HttpContext context, FlowContext flow)
    {
        var outcome = Outcome.Abandoned;
        try
        {
            await next(context);
            outcome = OutcomeReader.Read(context, flow);
        }
        finally
        {
            End(flow, outcome);
        }
    }

    /// <summary>Ends the attempt that <see cref="ShadowForwarder"/> began; where the pipeline did not get there, there was none.</summary>
    private void End(FlowContext flow, Outcome outcome)
    {
        if (!flow.IsAttempting)
            return;
        flow.End(mark.MayHaveSent(flow), outcome);
        recorder.Record(flow, outcome);
    }

    /// <summary>A body that is known to be too long is not kept at all.</summary>
    private static bool MayKeepBody(HttpContext context, FlowContext flow) =>
        flow.IsIdempotent && !(context.Request.ContentLength > flow.Binding.Route.ReplayBodyLimit);

    private static bool IsWorthRetrying(Outcome outcome) => outcome is Outcome.Broken or Outcome.ConnectFailed or Outcome.ConnectRefused;
}
