using System.Net.Sockets;
using Microsoft.AspNetCore.Http;
using ShadowProxy.Nodes;
using Yarp.ReverseProxy.Forwarder;

namespace ShadowProxy.Forwarding;

/// <summary>What an attempt's end says about its node, from what YARP left in the request's features.</summary>
internal static class OutcomeReader
{
    /// <summary>The outcome of the attempt that just ended.</summary>
    public static Outcome Read(HttpContext context, FlowContext flow)
    {
        if (flow is { IsAnswerWhole: true, HasBody: false })
            return Of(flow.Status);
        var outcome = Read(context, flow.Status);
        // To YARP a request that was cut because its node is evacuated looks like one that took too long.
        return outcome == Outcome.TimedOut && flow.Drain.IsCancellationRequested ? Outcome.Abandoned : outcome;
    }

    /// <summary>The outcome of a request that just ended.</summary>
    /// <param name="context">The request.</param>
    /// <param name="status">The status that the node answered with; 0 where it did not.</param>
    public static Outcome Read(HttpContext context, int status)
    {
        if (context.Features.Get<IForwarderErrorFeature>() is not { } failure)
            return Of(status);
        return failure.Error switch
        {
            ForwarderError.Request => Of(failure.Exception),
            ForwarderError.RequestTimedOut => IsConnectTimeout(failure.Exception) ? Outcome.ConnectFailed : Outcome.TimedOut,
            ForwarderError.RequestCanceled => context.RequestAborted.IsCancellationRequested ? Outcome.Abandoned : Outcome.TimedOut,
            ForwarderError.RequestBodyDestination or ForwarderError.ResponseHeaders or ForwarderError.ResponseBodyDestination => Outcome.Broken,
            ForwarderError.UpgradeRequestCanceled or ForwarderError.UpgradeRequestClient or ForwarderError.UpgradeRequestDestination
                or ForwarderError.UpgradeResponseCanceled or ForwarderError.UpgradeResponseClient or ForwarderError.UpgradeResponseDestination
                or ForwarderError.UpgradeActivityTimeout => Outcome.Answered,
            _ => Outcome.Abandoned,
        };
    }

    /// <summary>The outcome of an attempt that was answered.</summary>
    public static Outcome Of(int status) => status >= StatusCodes.Status500InternalServerError ? Outcome.ServerError : Outcome.Answered;

    /// <summary>The outcome of an attempt that ended in an exception of its client.</summary>
    public static Outcome Of(Exception? exception)
    {
        if (exception is not HttpRequestException { HttpRequestError: var error })
            return IsConnectTimeout(exception) ? Outcome.ConnectFailed : Outcome.Broken;
        if (error is not (HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError))
            return Outcome.Broken;
        for (var inner = exception.InnerException; inner is not null; inner = inner.InnerException)
        {
            if (inner is SocketException { SocketErrorCode: SocketError.ConnectionRefused })
                return Outcome.ConnectRefused;
        }

        return Outcome.ConnectFailed;
    }

    /// <summary>SocketsHttpHandler says so by a cancellation whose cause is a time-out; the activity time-out has no such cause.</summary>
    private static bool IsConnectTimeout(Exception? exception) => exception is OperationCanceledException { InnerException: TimeoutException };
}
