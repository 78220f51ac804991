using Grpc.Core;
using Grpc.Net.Client;
using ShadowProxy.Configuration;

namespace ShadowProxy.Signals.Sources;

/// <summary>
/// ORCA out of band: asks for a stream of load reports by <c>xds.service.orca.v3.OpenRcaService/StreamCoreMetrics</c> (gRFC A51), over
/// HTTP/2 of its own, and reads it until it ends. A server may send less often than it was asked to.
/// </summary>
internal sealed class OrcaStream(OrcaSettings settings, TimeProvider time) : ISignalSource
{
    private const int MaxMessageBytes = 64 * 1024;

    /// <summary>A server that lacks the service may get it with its next deployment.</summary>
    private static readonly TimeSpan AskAgain = TimeSpan.FromMinutes(5);

    /// <summary>A connection that is cut without a word is noticed by pings within this time twice.</summary>
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(10);

    private static readonly Method<OrcaRequest, byte[]> StreamCoreMetrics = new(
        MethodType.ServerStreaming,
        "xds.service.orca.v3.OpenRcaService",
        "StreamCoreMetrics",
        Marshallers.Create<OrcaRequest>(static request => request.ToBytes(), static _ => throw new NotSupportedException()),
        Marshallers.Create<byte[]>(static _ => throw new NotSupportedException(), static bytes => bytes));

    /// <inheritdoc/>
    public async Task RunAsync(SourceTarget target, SourceSink sink, CancellationToken stopping)
    {
        using var handler = target.CreateHandler();
        (handler.KeepAlivePingDelay, handler.KeepAlivePingTimeout) = (KeepAlive, KeepAlive);
        using var channel = GrpcChannel.ForAddress(
            target.Root(settings.Port), new GrpcChannelOptions { HttpHandler = handler, MaxReceiveMessageSize = MaxMessageBytes });
        using var call = channel.CreateCallInvoker().AsyncServerStreamingCall(
            StreamCoreMetrics, host: null, new CallOptions(cancellationToken: stopping), new OrcaRequest(settings.Interval));
        try
        {
            await ReadAsync(call.ResponseStream, sink, stopping);
        }
        catch (RpcException exception) when (!stopping.IsCancellationRequested)
        {
            throw Failure(exception);
        }
    }

    private async Task ReadAsync(IAsyncStreamReader<byte[]> messages, SourceSink sink, CancellationToken stopping)
    {
        long? before = null;
        while (await messages.MoveNext(stopping))
        {
            var now = time.GetTimestamp();
            if (before is { } last && time.GetElapsedTime(last, now) is var gap)
                sink.Expect(gap > settings.Interval ? gap : settings.Interval);
            before = now;
            if (OrcaParser.TryParse(messages.Current, out var report, out var error))
                sink.Report(report);
            else
                sink.Reject(error);
        }
    }

    private static SourceFailedException Failure(RpcException exception) => exception.StatusCode switch
    {
        StatusCode.Unimplemented => new("the node has no xds.service.orca.v3.OpenRcaService", AskAgain),
        StatusCode.ResourceExhausted => new(exception.Status.Detail) { IsNonsense = true },
        var code => new($"{code}: {exception.Status.DebugException?.GetBaseException().Message ?? exception.Status.Detail}"),
    };
}
