using System.Diagnostics;
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
    public bool LeavesWithItsFlow => flow.Binding.Route.InFlight == InFlightMode.Replay;

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
        // Nobody else will ever cancel it; but a body may still be on its way after its answer, and look at it.
        if (!flow.HasBody)
            AttemptCancellation.Return(cancellation);
        failure?.Throw();
        return response!;
    }

    /// <inheritdoc/>
    public void OnOverdue() => Try(static attempt => attempt.GoOnElsewhere());

    /// <inheritdoc/>
    public void OnNodeLost() => Try(static attempt => attempt.Leave());

    /// <summary>Others wait for whoever calls: what goes wrong here concerns this request alone, which still has its first attempt.</summary>
    private void Try(Action<HedgingInvoker> act)
    {
        try
        {
            if (Volatile.Read(ref _second) is null)
                act(this);
        }
#pragma warning disable CA1031 // It is logged; thrown, it would end the process.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            rule.Failed(flow, exception);
        }
    }

    private void GoOnElsewhere()
    {
        var health = _node.Health;
        if (health.IsDead || (LeavesWithItsFlow && health is { AdmittedShare: <= 0, Reason: not MigrationReason.Predicted }))
            Leave();
        else if (rule.FindForHedge(flow, _node) is not { } shadow || !TryStart(shadow, isReplay: false))
            _node.Stranded.Add(this);
    }

    private void Leave()
    {
        // What cannot go now, because of its budget or its body, may go at the monitor's next look.
        if (rule.FindForReplay(flow, _node) is not { } shadow || !TryStart(shadow, isReplay: true))
            _node.Stranded.Add(this);
    }

    private bool TryStart(Node node, bool isReplay)
    {
        if (!RequestCopy.TryMake(_request!, _node.Address, node.Address, flow.Body, out var copy) || !rule.TryPay(flow, isReplay))
            return false;
        var second = new SecondAttempt(node, copy, isReplay, time.GetTimestamp());
        if (Interlocked.CompareExchange(ref _second, second, null) is null)
            _ = RunAsync(second);
        return true;
    }

    /// <summary>Whatever happens here, the attempt wins, loses, or finds that it is not wanted any more: the request waits for that.</summary>
    private async Task RunAsync(SecondAttempt second)
    {
        HttpResponseMessage? response = null;
        Activity? span = null;
        var outcome = Outcome.Abandoned;
        second.Node.BeginRequest();
        try
        {
            span = AttemptSpan.Start(flow, second);
            rule.Started(flow, second, _node);
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

        second.Span = span;
        if (response is not null && !HedgeRule.MayBeBettered(response) && second.TryWin(response))
        {
            // The first attempt's wait ends, and finds this answer.
            await _cancellation!.CancelAsync();
            return;
        }

        second.Lose(outcome);
        second.Node.EndRequest();
        AttemptSpan.End(span, second.Request, (int?)response?.StatusCode ?? 0, outcome);
        response?.Dispose();
        recorder.RecordSecond(flow, second, outcome);
    }

    /// <summary>Gives the answer of the attempt that served; the other one's outcome counts for or against its node.</summary>
    private async Task<HttpResponseMessage> SettleAsync(SecondAttempt second, HttpResponseMessage? response, ExceptionDispatchInfo? failure)
    {
        if (response is not null && !HedgeRule.MayBeBettered(response))
        {
            second.Discard();
            rule.Ended(flow, second, won: false);
            flow.AddOther(second.Node, second.Outcome, time.GetElapsedTime(second.BeganAt));
            return response;
        }

        var other = await second.Answer;
        rule.Ended(flow, second, won: other is not null);
        if (other is null)
        {
            flow.AddOther(second.Node, second.Outcome, time.GetElapsedTime(second.BeganAt));
            failure?.Throw();
            return response!;
        }

        var outcome = response is not null ? Outcome.ServerError
            : _cancellation!.IsCancellationRequested ? Outcome.Overtaken
            : OutcomeReader.Of(failure!.SourceException);
        recorder.Record(flow, outcome);
        flow.GoOnWith(second, outcome, (int?)response?.StatusCode ?? 0, time.GetElapsedTime(flow.BeganAt));
        response?.Dispose();
        return other;
    }
}
