using System.Net.Http.Headers;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Net.Http.Headers;
using ShadowProxy.Nodes;
using ShadowProxy.Selection;
using ShadowProxy.Signals;
using ShadowProxy.Tables;
using ShadowProxy.Telemetry;

namespace ShadowProxy.Forwarding;

/// <summary>What a node's response headers say: the time, its load, the client's next signature, and whether to ask another node. Thread-safe.</summary>
internal sealed class ResponseReader(
    FlowRouter router, RetryRule retries, ShadowingMetrics metrics, FlowClock clock, TimeProvider time, ILogger<ResponseReader> logger)
{
    /// <summary>A node's reports are read this often at most; the others are stripped unread.</summary>
    private static readonly TimeSpan ReportInterval = TimeSpan.FromMilliseconds(25);

    /// <summary>Takes in the headers.</summary>
    /// <returns>False where the answer is to be dropped, because the request goes on to <see cref="FlowContext.Next"/>.</returns>
    public bool Read(HttpContext context, FlowContext flow, HttpResponseMessage response)
    {
        flow.Answered((int)response.StatusCode, time.GetElapsedTime(flow.BeganAt));
        flow.IsTimed = flow.IsTimed && !IsEventStream(response.Content.Headers);
        ReadReport(flow.Node!, response.Headers);
        if (flow.Status is StatusCodes.Status429TooManyRequests or StatusCodes.Status503ServiceUnavailable)
            Spare(flow.Node!, response.Headers);
        if (!flow.IsObserved && flow.Status is StatusCodes.Status502BadGateway or StatusCodes.Status503ServiceUnavailable or StatusCodes.Status504GatewayTimeout
            && retries.TryPlan(context, flow, Outcome.ServerError))
            return false;
        Learn(context, flow, response);
        return true;
    }

    /// <summary>Takes in the trailers, where there can be any: in HTTP/1.1, only a chunked answer has them (RFC 9112, 7.1.2).</summary>
    public void ReadTrailers(Node node, HttpResponseMessage response)
    {
        if (response.Version.Major > 1 || response.Headers.NonValidated.Contains(HeaderNames.TransferEncoding))
            ReadReport(node, response.TrailingHeaders);
    }

    private void ReadReport(Node node, HttpResponseHeaders headers)
    {
        var text = Take(headers, OrcaParser.Header);
        var binary = Take(headers, OrcaParser.BinaryHeader);
        if (text is null && binary is null)
            return;
        var now = time.GetTimestamp();
        var answers = node.Sources.Answers;
        if (answers.ReportedAt is not 0 and var last && time.GetElapsedTime(last, now) < ReportInterval)
            return;
        if (OrcaParser.TryParse(text, binary, out var report, out var problem))
        {
            node.Accept(report, now);
            return;
        }

        answers.Reject(problem, now);
        metrics.MalformedReport(node);
        ShadowingLog.MalformedReport(logger, node.Cluster, node.Id, problem);
    }

    /// <summary>A node that is asked to be left alone gets no new flows for so long; no request waits for that.</summary>
    private void Spare(Node node, HttpResponseHeaders headers)
    {
        if (headers.NonValidated.TryGetValues(HeaderNames.RetryAfter, out var values)
            && RetryAfter.Parse(values.ToString(), time.GetUtcNow()) is { } rest)
            node.SparedUntil = clock.Seconds + rest.TotalSeconds;
    }

    /// <summary>Looks at the value as it stands: parsed, it would cost more to pass on, too.</summary>
    private static bool IsEventStream(HttpContentHeaders headers) =>
        headers.NonValidated.TryGetValues(HeaderNames.ContentType, out var type)
        && type.ToString().StartsWith("text/event-stream", StringComparison.OrdinalIgnoreCase);

    private static string? Take(HttpResponseHeaders headers, string name)
    {
        if (!headers.NonValidated.TryGetValues(name, out var values))
            return null;
        var value = values.ToString();
        headers.Remove(name);
        return value;
    }

    private void Learn(HttpContext context, FlowContext flow, HttpResponseMessage response)
    {
        var binding = flow.Binding;
        if (!binding.Route.Signature.HasCookies || !response.Headers.NonValidated.Contains(HeaderNames.SetCookie))
            return;
        var facts = new HttpFlowFacts(context, binding.RouteId);
        if (LearnedFlowFacts.TryCompute(
            binding.Route.Signature, facts, response, time.GetUtcNow(), binding.Settings.Key, binding.Scope, out var learned)
            && router.Learn(learned, flow.Signature, flow.Node!, binding.Cluster, binding.Route, flow.IsByConnection))
            flow.Beget(learned);
    }
}
