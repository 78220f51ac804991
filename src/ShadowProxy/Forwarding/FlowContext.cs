using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using ShadowProxy.Forwarding.Hedging;
using ShadowProxy.Migration;
using ShadowProxy.Nodes;
using ShadowProxy.Selection;
using ShadowProxy.Signatures;
using ShadowProxy.Telemetry;
using Yarp.ReverseProxy.Model;

namespace ShadowProxy.Forwarding;

/// <summary>
/// One request on its way: its flow, its attempts, and what each of them showed. Made for each request; the request's own threads alone
/// use it, one at a time.
/// </summary>
internal sealed class FlowContext : IShadowingFeature
{
    /// <summary>What <see cref="_waitingPlace"/> holds once the answer came: the client's body, read on another thread, may end only then.</summary>
    private const int WaitsNoMore = WaitingRequests.NoPlace - 1;

    private static ulong _spreadRequests;

    private int _waitingPlace = WaitsNoMore;
    private List<AttemptSummary>? _otherAttempts;

    public FlowContext(HttpContext context, IReverseProxyFeature proxy, RouteBinding binding)
    {
        Proxy = proxy;
        Binding = binding;
        var request = context.Request;
        HasBody = context.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody != false && !HttpMethods.IsConnect(request.Method);
        IsSafe = HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method);
        IsIdempotent = IsSafe || IsIdempotentMethod(request.Method)
            || (binding.Route.IdempotencyHeader is { } key && request.Headers.ContainsKey(key));
        IsTimed = !IsUpgrade(request) && !request.Headers.Accept.ToString().StartsWith("text/event-stream", StringComparison.OrdinalIgnoreCase);
        var facts = new HttpFlowFacts(context, binding.RouteId);
        var alternative = binding.Route.Signature.Compute(ref facts, binding.Settings.Key, binding.Scope, out var signature);
        Signature = signature;
        IsByConnection = binding.Route.Signature.IsConnection(alternative);
    }

    /// <summary>What YARP knows of the request.</summary>
    public IReverseProxyFeature Proxy { get; }

    /// <summary>The request's route.</summary>
    public RouteBinding Binding { get; }

    /// <inheritdoc/>
    public Signature Signature { get; private set; }

    /// <summary>True where nothing but the connection identifies the flow.</summary>
    public bool IsByConnection { get; private set; }

    /// <summary>What the client's cookie says of where the flow is, and is to say; null where the proxy keeps none in this cluster.</summary>
    public FlowAffinity? Affinity { get; private set; }

    /// <summary>True for GET and HEAD.</summary>
    public bool IsSafe { get; }

    /// <summary>True where the request may be sent twice (RFC 9110, 9.2.2), or carries the key that its route names for that.</summary>
    public bool IsIdempotent { get; }

    /// <summary>True where a body may come.</summary>
    public bool HasBody { get; }

    /// <summary>True where the time to response headers says something about the node: no event stream, no WebSocket.</summary>
    public bool IsTimed { get; set; }

    /// <summary>What the present attempt sends; null until it is made.</summary>
    public HttpRequestMessage? Message { get; set; }

    /// <summary>True once the content of any attempt was read.</summary>
    public bool IsContentRead { get; set; }

    /// <summary>True once an attempt ended that may have reached a node.</summary>
    public bool WasSent { get; private set; }

    /// <summary>The body, wrapped; null where there is none.</summary>
    public RequestBody? Body { get; set; }

    /// <summary>The node of the present attempt.</summary>
    public Node? Node { get; private set; }

    /// <summary>The nodes of all attempts.</summary>
    public List<Node>? Tried { get; private set; }

    /// <inheritdoc/>
    public int Attempts { get; private set; }

    /// <inheritdoc/>
    public IReadOnlyList<AttemptSummary> OtherAttempts => _otherAttempts ?? (IReadOnlyList<AttemptSummary>)[];

    /// <summary>How the attempt that ended last ended.</summary>
    public Outcome LastOutcome { get; private set; }

    /// <summary>The span around the attempts; null where there is none.</summary>
    public Activity? Caller { get; private set; }

    /// <summary>The present attempt's span; null where nobody listens.</summary>
    public Activity? Span { get; set; }

    /// <summary>True where the attempt that ended last may have reached its node.</summary>
    public bool LastWasSent { get; private set; }

    /// <summary>Attempts that may have reached a node.</summary>
    public int SentAttempts { get; private set; }

    /// <inheritdoc/>
    public MigrationReason MigrationReason { get; private set; }

    /// <summary>True from the beginning of an attempt to its end.</summary>
    public bool IsAttempting { get; private set; }

    /// <summary>When the present attempt began, as a timestamp.</summary>
    public long BeganAt { get; private set; }

    /// <summary>Since when the node alone is to be waited for: the beginning, or the end of the client's body; 0 = not yet.</summary>
    public long WaitsSince { get; private set; }

    /// <summary>The status that the node answered with; 0 = none.</summary>
    public int Status { get; set; }

    /// <summary>Ends the present attempt when its node has been evacuated; none where it may end there.</summary>
    public CancellationToken Drain { get; set; }

    /// <summary>True once the whole answer has come.</summary>
    public bool IsAnswerWhole { get; set; }

    /// <summary>Where the request goes next, once this attempt's answer has been dropped.</summary>
    public Node? Next { get; set; }

    /// <summary>True while YARP, or an Observe cluster, chooses the node.</summary>
    public bool IsObserved { get; init; }

    /// <inheritdoc/>
    string? IShadowingFeature.Node => Node?.Id;

    /// <inheritdoc/>
    public TimeSpan? TimeToHeaders { get; set; }

    /// <summary>What identifies the flow in a node's evidence: of a signature that stands for many users, each request is a flow.</summary>
    public ulong EvidenceId { get; private set; }

    /// <summary>
    /// Takes in the client's affinity cookie. A client that nothing but its connection identifies goes on with the flow that the cookie names;
    /// else a cookie of another flow says nothing about this one.
    /// </summary>
    public void Recognise(AffinityCookie? cookie)
    {
        if (IsByConnection && cookie is { } known)
            (Signature, IsByConnection) = (known.Flow, false);
        Affinity = new FlowAffinity(Signature, cookie?.Flow == Signature ? cookie?.Location : null);
    }

    /// <summary>The node's answer makes the client's next request the first of another flow, which begins on this node.</summary>
    public void Beget(in Signature learned)
    {
        if (Affinity is not null)
            Affinity = new FlowAffinity(learned, null) { Now = new FlowLocation(Node!.Hash, 0) };
    }

    /// <summary>Takes in where the request goes.</summary>
    public void Choose(in FlowChoice choice)
    {
        MigrationReason = choice.Reason;
        EvidenceId = choice.Spread ? Interlocked.Increment(ref _spreadRequests) * 0x9E3779B97F4A7C15 : Signature.Low;
        Node = choice.Node;
    }

    /// <summary>An attempt begins.</summary>
    public void Begin(Node node, long timestamp)
    {
        if (Attempts++ > 0)
            (Tried ??= []).Add(Node!);
        Caller = Activity.Current;
        IsAttempting = true;
        Node = node;
        BeganAt = timestamp;
        WaitsSince = 0;
        Message = null;
        Drain = CancellationToken.None;
        Status = 0;
        IsAnswerWhole = false;
        TimeToHeaders = null;
        _waitingPlace = WaitingRequests.NoPlace;
        node.BeginRequest();
        if (!HasBody)
            Wait(timestamp);
    }

    /// <summary>From now on the node alone is to be waited for.</summary>
    public void Wait(long timestamp)
    {
        if (!IsAttempting || WaitsSince != 0 || TimeToHeaders is not null)
            return;
        WaitsSince = timestamp;
        var traffic = Node!.Traffic;
        if (!IsTimed || !Binding.Norm.IsKnown || !traffic.IsToBeWatched(EvidenceId, timestamp))
            return;
        var waiting = traffic.Waiting;
        var place = waiting.Enter(EvidenceId, timestamp, Binding.Norm.Milliseconds);
        if (!HasBody)
            _waitingPlace = place;
        else if (Interlocked.CompareExchange(ref _waitingPlace, place, WaitingRequests.NoPlace) != WaitingRequests.NoPlace)
            waiting.Leave(place);
    }

    /// <summary>The response headers came.</summary>
    public void Answered(int status, TimeSpan timeToHeaders)
    {
        Status = status;
        TimeToHeaders = timeToHeaders;
        StopWaiting();
    }

    /// <summary>A second attempt has the answer: it is the present one from now on.</summary>
    /// <param name="second">The second attempt.</param>
    /// <param name="outcome">How the first one ended.</param>
    /// <param name="status">The first one's status; 0 = none.</param>
    /// <param name="took">How long it took.</param>
    public void GoOnWith(SecondAttempt second, Outcome outcome, int status, TimeSpan took)
    {
        StopWaiting();
        Node!.EndRequest();
        AttemptSpan.End(Span, Message, status, outcome);
        (Tried ??= []).Add(Node);
        AddOther(Node, outcome, took);
        Span = second.Span;
        Attempts++;
        SentAttempts++;
        WasSent = true;
        Node = second.Node;
        BeganAt = WaitsSince = second.BeganAt;
        Message = second.Request;
        Proxy.ProxiedDestination = second.Node.Destination;
    }

    /// <summary>Notes an attempt that the answer does not come from.</summary>
    public void AddOther(Node node, Outcome outcome, TimeSpan took) =>
        (_otherAttempts ??= []).Add(new AttemptSummary(node.Id, outcome.ToTag(), took));

    /// <summary>The attempt is over.</summary>
    /// <param name="sent">Whether something of the request may have been sent.</param>
    /// <param name="outcome">How it ended.</param>
    public void End(bool sent, Outcome outcome)
    {
        IsAttempting = false;
        LastOutcome = outcome;
        AttemptSpan.End(Span, Message, Status, outcome);
        if (sent)
            SentAttempts++;
        WasSent |= sent;
        LastWasSent = sent;
        StopWaiting();
        Node!.EndRequest();
    }

    private void StopWaiting()
    {
        if (_waitingPlace == WaitsNoMore)
            return;
        var place = Interlocked.Exchange(ref _waitingPlace, WaitsNoMore);
        if (place >= 0)
            Node!.Traffic.Waiting.Leave(place);
    }

    /// <summary>Whether a method that is no GET or HEAD may be repeated (RFC 9110, 9.2.2).</summary>
    private static bool IsIdempotentMethod(string method) =>
        HttpMethods.IsOptions(method) || HttpMethods.IsPut(method) || HttpMethods.IsDelete(method) || HttpMethods.IsTrace(method);

    /// <summary>Whether the request wants a stream of its own; other values of Upgrade, such as h2c, are offers that nobody takes up.</summary>
    private static bool IsUpgrade(HttpRequest request) =>
        HttpMethods.IsConnect(request.Method) || request.Headers.Upgrade.ToString().Contains("websocket", StringComparison.OrdinalIgnoreCase);
}
