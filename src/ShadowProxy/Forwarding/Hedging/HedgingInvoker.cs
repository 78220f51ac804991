using System.Runtime.ExceptionServices;
using ShadowProxy.Configuration;
using ShadowProxy.Migration;
using ShadowProxy.Nodes;

namespace ShadowProxy.Forwarding.Hedging;

/// <summary>
/// A cluster's client for one attempt at a request that a second node may answer as well. Once the first node's answer is overdue, or the node
/// is found dead, a copy goes to the best shadow; the first answer that serves wins, and the other attempt is cancelled, which its node sees.
/// </summary>
/// <remarks>The request's own threads call <see cref="SendAsync"/>; <see cref="OnOverdue"/> and <see cref="OnNodeLost"/> come from elsewhere.</remarks>
internal sealed class HedgingInvoker(HttpMessageInvoker inner, FlowContext flow, HedgeRule rule, OutcomeRecorder recorder, TimeProvider time)
    : HttpMessageInvoker(Unused, disposeHandler: false), IWaitingAttempt
{
    private static readonly HttpMessageHandler Unused = new SocketsHttpHandler();

    private readonly Node _node = flow.Node!;
    private HttpRequestMessage? _request;
    private CancellationTokenSource? _cancellation;
    private CancellationToken _requestEnds;
    private SecondAttempt? _second;

    /// <inheritdoc/>
    public bool IsOver => ReferenceEquals(Volatile.Read(ref _second), SecondAttempt.TooLate);

    /// <inheritdoc/>
    public override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        _request = request;
        _requestEnds = cancellationToken;
        var cancellation = _cancellation = AttemptCancellation.Rent();
        var link = cancellationToken.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), cancellation);
        HttpResponseMessage? response = null;
        ExceptionDispatchInfo? failure = null;
        try
        {
            var sending = inner.SendAsync(request, cancellation.Token);
            if (!sending.IsCompleted)
                flow.Binding.Overdue.Enter(this, flow.BeganAt, flow.Binding.Norm.OverdueAfterMs);
            response = await sending;
        }
#pragma warning disable CA1031 // It is thrown again unless the second attempt serves the request.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            failure = ExceptionDispatchInfo.Capture(exception);
        }
        finally
        {
            link.Dispose();
        }

        if (Interlocked.Exchange(ref _second, SecondAttempt.TooLate) is { } second)
            return await SettleAsync(second, response, failure);
        // Now nobody else will ever cancel it.
        AttemptCancellation.Return(cancellation);
        failure?.Throw();
        return response!;
    }

    /// <inheritdoc/>
    public void OnOverdue()
    {
        var health = _node.Health;
        if (health.IsDead || (LeavesWithItsFlow && health is { AdmittedShare: <= 0, Reason: not MigrationReason.Predicted }))
            OnNodeLost();
        else if (rule.FindForHedge(flow, _node) is { } shadow && Start(shadow, isReplay: false))
            return;
        else
            _node.Stranded.Add(this);
    }

    /// <inheritdoc/>
    public bool LeavesWithItsFlow => flow.Binding.Route.InFlight == InFlightMode.Replay;

    /// <inheritdoc/>
    public void OnNodeLost()
    {
        if (Volatile.Read(ref _second) is not null)
            return;
        // What cannot go now, because of its budget or its body, may go at the monitor's next look.
        if (rule.FindForReplay(flow, _node) is not { } shadow || !Start(shadow, isReplay: true))
            _node.Stranded.Add(this);
    }

    private bool Start(Node node, bool isReplay)
    {
        if (RequestCopy.TryMake(_request!, _node.Address, node.Address, flow.Body, out var copy))
        {
            var second = new SecondAttempt(node, copy, isReplay, time.GetTimestamp());
            if (Interlocked.CompareExchange(ref _second, second, null) is null)
            {
                rule.Started(flow, second);
                _ = RunAsync(second);
                return true;
            }
        }

        return false;
    }

    private async Task RunAsync(SecondAttempt second)
    {
        second.Node.BeginRequest();
        HttpResponseMessage? response = null;
        var outcome = Outcome.Abandoned;
        try
        {
            using var link = _requestEnds.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), second.Cancellation);
            response = await inner.SendAsync(second.Request, second.Cancellation.Token);
            outcome = OutcomeReader.Of((int)response.StatusCode);
        }
#pragma warning disable CA1031 // Its outcome is recorded against its node; the request still has its first attempt.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            outcome = second.Cancellation.IsCancellationRequested ? Outcome.Abandoned : OutcomeReader.Of(exception);
        }

        if (response is not null && !HedgeRule.MayBeBettered(response) && second.TryWin(response))
        {
            // The first attempt's wait ends, and finds this answer.
            await _cancellation!.CancelAsync();
            return;
        }

        response?.Dispose();
        second.Node.EndRequest();
        if (second.TryLose())
            recorder.RecordSecond(flow, second, outcome);
    }

    /// <summary>Gives the answer of the attempt that served; the other one's outcome counts for or against its node.</summary>
    private async Task<HttpResponseMessage> SettleAsync(SecondAttempt second, HttpResponseMessage? response, ExceptionDispatchInfo? failure)
    {
        if (response is not null && !HedgeRule.MayBeBettered(response))
        {
            second.Discard();
            rule.Ended(flow, second, won: false);
            return response;
        }

        var other = await second.Answer;
        rule.Ended(flow, second, won: other is not null);
        if (other is null)
        {
            failure?.Throw();
            return response!;
        }

        recorder.Record(
            flow,
            response is not null ? Outcome.ServerError
            : _cancellation!.IsCancellationRequested ? Outcome.Abandoned
            : OutcomeReader.Of(failure!.SourceException));
        response?.Dispose();
        flow.GoOnWith(second);
        return other;
    }
}
