using System.Diagnostics;
using ShadowProxy.Nodes;

namespace ShadowProxy.Forwarding.Hedging;

/// <summary>A copy of a request on its way to a second node while the first has not answered. Thread-safe: it wins, loses or is discarded once.</summary>
/// <param name="node">The second node.</param>
/// <param name="request">The copy.</param>
/// <param name="isReplay">True where the first node was lost; false where its answer is merely late.</param>
/// <param name="beganAt">When it was sent, as a timestamp.</param>
internal sealed class SecondAttempt(Node node, HttpRequestMessage request, bool isReplay, long beganAt)
{
    private readonly TaskCompletionSource<HttpResponseMessage?> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Stands where a second attempt would stand, once none can begin any more.</summary>
    public static SecondAttempt TooLate { get; } = new(null!, null!, false, 0);

    /// <summary>The second node.</summary>
    public Node Node { get; } = node;

    /// <summary>The copy.</summary>
    public HttpRequestMessage Request { get; } = request;

    /// <summary>True where the first node was lost.</summary>
    public bool IsReplay { get; } = isReplay;

    /// <summary>When it was sent.</summary>
    public long BeganAt { get; } = beganAt;

    /// <summary>Its span, once it has an answer; null where nobody listens.</summary>
    public Activity? Span { get; set; }

    /// <summary>How it ended, where it did not win.</summary>
    public Outcome Outcome { get; private set; } = Outcome.Abandoned;

    /// <summary>Ends this attempt alone.</summary>
    public CancellationTokenSource Cancellation { get; } = new();

    /// <summary>Its answer; null where it cannot serve the request.</summary>
    public Task<HttpResponseMessage?> Answer => _answer.Task;

    /// <summary>It has an answer.</summary>
    /// <returns>False where nobody wants it any more.</returns>
    public bool TryWin(HttpResponseMessage response) => _answer.TrySetResult(response);

    /// <summary>It has none.</summary>
    public void Lose(Outcome outcome)
    {
        Outcome = outcome;
        _answer.TrySetResult(null);
    }

    /// <summary>The first attempt served: this one is cancelled, and an answer that had come is dropped.</summary>
    public void Discard()
    {
        if (!_answer.TrySetResult(null) && _answer.Task.Result is { } response)
        {
            AttemptSpan.End(Span, Request, (int)response.StatusCode, Outcome.Abandoned);
            response.Dispose();
            Node.EndRequest();
        }

        Cancellation.Cancel();
    }
}
