using System.Security.Claims;
using System.Text;
using System.Text.Json.Serialization;
using ShadowProxy.Signals;
using ShadowProxy.Telemetry;

namespace ShadowProxy.Edge.Admin;

/// <summary>What an operator sees of nodes and does to them.</summary>
internal static class NodeEndpoints
{
    public static void Map(RouteGroupBuilder admin)
    {
        var nodes = admin.MapGroup("").WithTags("Nodes");
        nodes.MapGet("/nodes", (OperatorControl of, ClaimsPrincipal user) => of(user).GetNodes())
            .Is("getNodes", "All nodes as the monitor sees them: state, score and what takes from it, forecast, flows, evidence.");
        nodes.MapGet("/nodes/{cluster}/{node}/series", (string cluster, string node, OperatorControl of, ClaimsPrincipal user) =>
                of(user).GetSeries(cluster, node) is { } series ? Results.Ok(series) : Unknown(cluster, node))
            .Is("getSeries", "The last three minutes of a node, a value a second.", 404).Produces<NodeSeries>();
        Action(nodes, "/nodes/{cluster}/{node}/evacuate", "evacuate", "Moves all flows off the node until it is restored.",
            (control, cluster, node) => control.Evacuate(cluster, node));
        Action(nodes, "/nodes/{cluster}/{node}/restore", "restore", "Makes the node take all its flows again, whatever the monitor thought of it.",
            (control, cluster, node) => control.Restore(cluster, node));
        Action(nodes, "/nodes/{cluster}/{node}/failback", "failBackNode", "Lets the flows whose home this node is return with their next request.",
            (control, cluster, node) => control.FailBack(cluster, node));
        nodes.MapPost("/clusters/{cluster}/failback", (string cluster, OperatorControl of, ClaimsPrincipal user) =>
                of(user) is var control && control.GetNodes().Any(known => Same(known.Cluster, cluster))
                    ? Answers.Of(control.FailBack(cluster, null))
                    : Answers.Problem(404, $"There is no cluster {cluster}."))
            .Is("failBackCluster", "Lets all flows of the cluster whose home is well return with their next request.", 403, 404, 409).Produces(204);
        nodes.MapPost("/nodes/{cluster}/{node}/mute", (string cluster, string node, MuteRequest wish, OperatorControl of, ClaimsPrincipal user) =>
                Do(of(user), cluster, node, control => control.MuteForecasts(cluster, node, wish.Time)))
            .Is("mute", "Lets no forecast move flows off the node for a time, up to 24 h; 00:00:00 lets them count again.", 400, 403, 404, 409).Produces(204);
        nodes.MapPost("/nodes/{cluster}/{node}/report", ReportAsync)
            .Is("report", "Hands in an ORCA load report of the node, as JSON; ten a second are taken.", 400, 403, 404, 413, 429).Produces(204)
            .Accepts<OrcaReport>("application/json").WithMetadata(new RequiredRole(AdminRole.Report));
    }

    private static void Action(
        RouteGroupBuilder nodes, string path, string name, string summary, Func<IShadowingControl, string, string, OperatorResult> act) =>
        nodes.MapPost(path, (string cluster, string node, OperatorControl of, ClaimsPrincipal user) =>
                Do(of(user), cluster, node, control => act(control, cluster, node)))
            .Is(name, summary, 403, 404, 409).Produces(204);

    private static async Task<IResult> ReportAsync(string cluster, string node, HttpRequest request, OperatorControl of, ClaimsPrincipal user)
    {
        const int Format = 5;
        var body = await ReadAsync(request);
        if (OrcaParser.TryParse($"JSON {body}", binary: null, out var report, out var error))
            return Do(of(user), cluster, node, control => control.Report(cluster, node, report));
        var rejected = of(user).RejectReport(cluster, node, error);
        if (rejected.RetryAfter is not null)
            return Answers.Of(rejected);
        return body.Length + Format > OrcaParser.MaxLength
            ? Answers.Problem(StatusCodes.Status413PayloadTooLarge, $"The body must be an ORCA load report as JSON, of {OrcaParser.MaxLength - Format} characters at most.")
            : Answers.Problem(400, $"The body must be an ORCA load report as JSON, such as {{\"cpu_utilization\":0.5}}: {error}");
    }

    private static IResult Do(IShadowingControl control, string cluster, string node, Func<IShadowingControl, OperatorResult> act) =>
        control.GetNodes().Any(known => Same(known.Cluster, cluster) && Same(known.Node, node)) ? Answers.Of(act(control)) : Unknown(cluster, node);

    private static IResult Unknown(string cluster, string node) => Answers.Problem(404, $"There is no node {node} in a cluster {cluster}.");

    private static bool Same(string id, string other) => id.Equals(other, StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads one character more than a report may have at most, so that a longer one is seen to be too long.</summary>
    private static async Task<string> ReadAsync(HttpRequest request)
    {
        var buffer = new char[OrcaParser.MaxLength + 1];
        using var reader = new StreamReader(request.Body, Encoding.UTF8);
        return new string(buffer, 0, await reader.ReadBlockAsync(buffer, request.HttpContext.RequestAborted));
    }

    /// <summary>The body of a call that mutes forecasts.</summary>
    /// <param name="Time">For how long: hh:mm:ss.</param>
    private sealed record MuteRequest(TimeSpan Time);

    /// <summary>A load report, as <c>xds.data.orca.v3.OrcaLoadReport</c> is written as JSON; each member may be left out. For the document alone: the parser reads it.</summary>
    private sealed record OrcaReport
    {
        [JsonPropertyName("cpu_utilization")]
        public double? CpuUtilization { get; init; }

        [JsonPropertyName("mem_utilization")]
        public double? MemoryUtilization { get; init; }

        [JsonPropertyName("application_utilization")]
        public double? ApplicationUtilization { get; init; }

        [JsonPropertyName("rps_fractional")]
        public double? RequestsPerSecond { get; init; }

        [JsonPropertyName("eps")]
        public double? ErrorsPerSecond { get; init; }

        [JsonPropertyName("utilization")]
        public Dictionary<string, double>? Utilization { get; init; }

        [JsonPropertyName("named_metrics")]
        public Dictionary<string, double>? NamedMetrics { get; init; }
    }
}
