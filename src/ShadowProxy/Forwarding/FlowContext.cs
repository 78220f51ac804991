using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;
using ShadowProxy.Migration;
using ShadowProxy.Nodes;
using ShadowProxy.Selection;
using ShadowProxy.Signatures;
using ShadowProxy.Telemetry;

namespace ShadowProxy.Forwarding;

/// <summary>
/// One request on its way: its flow, its attempts, and what each of them showed. Made for each request; the request's own threads alone
/// use it, one at a time.
/// </summary>
internal sealed class FlowContext : IShadowingFeature
{
    /// <summary>A request whose body is longer says nothing about the node by its time to headers: the client may be slow.</summary>
    private const long LongBody = 64 * 1024;

    private static ulong _spreadRequests;

    public FlowContext(HttpContext context, RouteBinding binding)
    {
        Binding = binding;
        var request = context.Request;
        HasBody = context.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody != false && !IsUpgrade(request);
        IsIdempotent = IsIdempotentMethod(request.Method);
        IsTimed = !IsUpgrade(request) && (!HasBody || request.ContentLength < LongBody)
            && !request.Headers.Accept.ToString().StartsWith("text/event-stream", StringComparison.OrdinalIgnoreCase);
        // Headers that wait for a 100 are sent before the body is read, so the body cannot tell.
        Sent = !IsIdempotent && request.Headers.ContainsKey(HeaderNames.Expect);
        var facts = new HttpFlowFacts(context, binding.RouteId);
        var alternative = binding.Route.Signature.Compute(ref facts, binding.Settings.Key, binding.Scope, out var signature);
        Signature = signature;
        IsByConnection = binding.Route.Signature.IsConnection(alternative);
    }

    /// <summary>The request's route.</summary>
    public RouteBinding Binding { get; }

    /// <inheritdoc/>
    public Signature Signature { get; }

    /// <summary>True where nothing but the connection identifies the flow.</summary>
    public bool IsByConnection { get; }

    /// <summary>True where the request may be sent twice (RFC 9110, 9.2.2).</summary>
    public bool IsIdempotent { get; }

    /// <summary>True where a body may come.</summary>
    public bool HasBody { get; }

    /// <summary>True where the time to response headers says something about the node: no stream, no WebSocket, no long upload.</summary>
    public bool IsTimed { get; set; }

    /// <summary>True where the request is not idempotent and may have begun to be sent, in any attempt. Our own mark: set when its content is read.</summary>
    public bool Sent { get; set; }

    /// <summary>The body, wrapped; null where there is none.</summary>
    public RequestBody? Body { get; set; }

    /// <summary>The node of the present attempt.</summary>
    public Node? Node { get; private set; }

    /// <summary>The nodes of all attempts.</summary>
    public List<Node>? Tried { get; private set; }

    /// <inheritdoc/>
    public int Attempts { get; private set; }

    /// <summary>Attempts that may have reached a node.</summary>
    public int SentAttempts { get; private set; }

    /// <inheritdoc/>
    public MigrationReason MigrationReason { get; private set; }

    /// <summary>True from the beginning of an attempt to its end.</summary>
    public bool IsAttempting { get; private set; }

    /// <summary>When the present attempt began, as a timestamp.</summary>
    public long BeganAt { get; private set; }

    /// <summary>When its response headers came; 0 = not yet.</summary>
    public long HeadersAt { get; set; }

    /// <summary>The status that the node answered with; 0 = none.</summary>
    public int Status { get; set; }

    /// <summary>Where the request goes next, once this attempt's answer has been dropped.</summary>
    public Node? Next { get; set; }

    /// <summary>True while YARP, or an Observe cluster, chooses the node.</summary>
    public bool IsObserved { get; init; }

    /// <inheritdoc/>
    string? IShadowingFeature.Node => Node?.Id;

    /// <inheritdoc/>
    public TimeSpan? TimeToHeaders { get; set; }

    private int WaitingPlace { get; set; } = WaitingRequests.NoPlace;

    /// <summary>What identifies the flow in a node's evidence: of a signature that stands for many users, each request is a flow.</summary>
    public ulong EvidenceId { get; private set; }

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
        SentAttempts++;
        IsAttempting = true;
        Node = node;
        BeganAt = timestamp;
        HeadersAt = 0;
        Status = 0;
        Next = null;
        TimeToHeaders = null;
        node.AddInFlight(1);
        if (IsTimed && Binding.Norm.IsKnown)
            WaitingPlace = node.Traffic.Waiting.Enter(EvidenceId, timestamp, Binding.Norm.Milliseconds);
    }

    /// <summary>The response headers came.</summary>
    public void Answered(int status, long timestamp, TimeSpan latency)
    {
        Status = status;
        HeadersAt = timestamp;
        TimeToHeaders = latency;
        Node!.Traffic.Waiting.Leave(WaitingPlace);
        WaitingPlace = WaitingRequests.NoPlace;
    }

    /// <summary>The attempt is over.</summary>
    /// <param name="reachedNode">False where nothing of the request was sent.</param>
    public void End(bool reachedNode)
    {
        IsAttempting = false;
        if (!reachedNode)
            SentAttempts--;
        Node!.Traffic.Waiting.Leave(WaitingPlace);
        WaitingPlace = WaitingRequests.NoPlace;
        Node.AddInFlight(-1);
    }

    /// <summary>Whether a method may be repeated (RFC 9110, 9.2.2).</summary>
    private static bool IsIdempotentMethod(string method) =>
        HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method) || HttpMethods.IsPut(method)
        || HttpMethods.IsDelete(method) || HttpMethods.IsTrace(method);

    private static bool IsUpgrade(HttpRequest request) =>
        HttpMethods.IsConnect(request.Method) || request.Headers.ContainsKey(HeaderNames.Upgrade);
}
