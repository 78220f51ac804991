using Grpc.Core;
using Grpc.Net.Client;
using ShadowProxy.Configuration;
using ShadowProxy.Signals.GrpcHealth;

namespace ShadowProxy.Signals.Sources;

/// <summary>
/// Watches a node by the gRPC health protocol or, where it knows no <c>Watch</c>, asks it again and again, over HTTP/2 of its own. That a node
/// is not serving is its own word, no measurement: it stands at once, and until the node says otherwise.
/// </summary>
internal sealed class GrpcHealthSource(GrpcHealthSettings settings, TimeProvider time) : ISignalSource
{
    private const int MostMessageBytes = 1024;

    /// <summary>For how long an answer may be awaited.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(1);

    /// <summary>A connection that is cut without a word is noticed by pings within this time twice.</summary>
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(5);

    /// <summary>A server that lacks the service may get it with its next deployment.</summary>
    private static readonly TimeSpan AskAgain = TimeSpan.FromMinutes(1);

    /// <summary>Whoever changes its mind more often is heard this often.</summary>
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(100);

    private static readonly NodeWord Serving = new() { Condition = NodeCondition.Up, Text = "serving" };
    private static readonly NodeWord NotServing = new() { Condition = NodeCondition.Down, IsLeaving = true, Text = "not serving" };
    private static readonly NodeWord Unknown = new() { Text = "unknown" };

    private HealthStatus? _last;

    private string Service => settings.Service.Length == 0 ? "the server" : $"service '{settings.Service}'";

    /// <inheritdoc/>
    public async Task RunAsync(SourceTarget target, SourceSink sink, CancellationToken stopping)
    {
        using var handler = target.CreateHandler();
        (handler.KeepAlivePingDelay, handler.KeepAlivePingTimeout) = (KeepAlive, KeepAlive);
        using var channel = GrpcChannel.ForAddress(
            target.Root(settings.Port), new GrpcChannelOptions { HttpHandler = handler, MaxReceiveMessageSize = MostMessageBytes });
        var invoker = channel.CreateCallInvoker();
        try
        {
            if (!await WatchAsync(invoker, sink, stopping))
                await CheckAsync(invoker, sink, stopping);
        }
        catch (RpcException exception) when (!stopping.IsCancellationRequested)
        {
            throw Failure(exception, sink);
        }
    }

    /// <summary>Is told of every change, until the node ends it.</summary>
    /// <returns>False where the node knows no <c>Watch</c>.</returns>
    private async Task<bool> WatchAsync(CallInvoker invoker, SourceSink sink, CancellationToken stopping)
    {
        using var call = invoker.AsyncServerStreamingCall(HealthService.Watch, host: null, new CallOptions(cancellationToken: stopping), settings.Service);
        var isFirst = true;
        try
        {
            while (await SoonAsync(call.ResponseStream.MoveNext(stopping), isFirst, sink, stopping))
            {
                isFirst = false;
                Say(HealthService.Read(call.ResponseStream.Current), sink);
                await Task.Delay(ShortestPause, time, stopping);
            }

            return true;
        }
        catch (RpcException exception) when (isFirst && exception.StatusCode == StatusCode.Unimplemented)
        {
            return false;
        }
    }

    /// <summary>Awaits the next message; what was said last is said again at each interval, since the stream stands.</summary>
    private async Task<bool> SoonAsync(Task<bool> next, bool isFirst, SourceSink sink, CancellationToken stopping)
    {
        while (true)
        {
            try
            {
                return await next.WaitAsync(isFirst ? Timeout : settings.Interval, time, stopping);
            }
            catch (TimeoutException) when (isFirst)
            {
                throw TooLate();
            }
            catch (TimeoutException)
            {
                Say(_last, sink);
            }
        }
    }

    private async Task CheckAsync(CallInvoker invoker, SourceSink sink, CancellationToken stopping)
    {
        while (true)
        {
            using (var call = invoker.AsyncUnaryCall(HealthService.Check, host: null, new CallOptions(cancellationToken: stopping), settings.Service))
                Say(await AnswerAsync(call, stopping), sink);
            await Task.Delay(settings.Interval, time, stopping);
        }
    }

    private async Task<HealthStatus?> AnswerAsync(AsyncUnaryCall<byte[]> call, CancellationToken stopping)
    {
        try
        {
            return HealthService.Read(await call.ResponseAsync.WaitAsync(Timeout, time, stopping));
        }
        catch (TimeoutException)
        {
            throw TooLate();
        }
        catch (RpcException exception) when (exception.StatusCode == StatusCode.NotFound)
        {
            return HealthStatus.ServiceUnknown;
        }
    }

    private void Say(HealthStatus? status, SourceSink sink)
    {
        _last = status;
        switch (status)
        {
            case HealthStatus.Serving:
                sink.Say(Serving);
                break;
            case HealthStatus.NotServing:
                sink.Say(NotServing);
                break;
            case HealthStatus.Unknown:
                sink.Say(Unknown);
                break;
            case HealthStatus.ServiceUnknown:
                sink.Say(Unknown);
                sink.Reject($"the node does not know {Service}");
                break;
            case null:
                sink.Reject("a message that cannot be decoded");
                break;
            default:
                sink.Reject($"a status that is not known, {(int)status}");
                break;
        }
    }

    private static SourceFailedException TooLate() => new($"no answer within {Timeout.TotalMilliseconds:0} ms");

    private static SourceFailedException Failure(RpcException exception, SourceSink sink)
    {
        if (exception.StatusCode == StatusCode.Unimplemented)
        {
            sink.Say(Unknown);
            return new SourceFailedException($"the node has no {HealthService.Name}", AskAgain);
        }

        if (exception.StatusCode == StatusCode.ResourceExhausted)
            sink.Reject(exception.Status.Detail);
        return new SourceFailedException($"{exception.StatusCode}: {exception.Status.DebugException?.GetBaseException().Message ?? exception.Status.Detail}");
    }
}
