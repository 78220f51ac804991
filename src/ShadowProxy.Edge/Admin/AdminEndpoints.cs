using System.Text;
using ShadowProxy.Signals;
using ShadowProxy.Signatures;
using ShadowProxy.Telemetry;

namespace ShadowProxy.Edge.Admin;

/// <summary>The admin API: what an operator sees and does, as JSON. Errors are <c>application/problem+json</c>.</summary>
internal static class AdminEndpoints
{
    /// <summary>Maps the API onto a group of routes.</summary>
    /// <param name="admin">The group.</param>
    /// <param name="control">What it stands on; asked for with each call.</param>
    public static void Map(IEndpointRouteBuilder admin, Func<IShadowingControl> control)
    {
        admin.MapGet("/nodes", () => control().GetNodes());
        admin.MapGet("/migrations", () => control().GetMigrations());
        admin.MapGet("/events", () => control().GetEvents());
        admin.MapGet("/flows/{signature}", (string signature) => OfFlow(control(), signature, (_, flow) => Results.Ok(flow)));

        admin.MapPost("/nodes/{cluster}/{node}/evacuate", (string cluster, string node) =>
            OfNode(control(), cluster, node, () => control().Evacuate(cluster, node)));
        admin.MapPost("/nodes/{cluster}/{node}/restore", (string cluster, string node) =>
            OfNode(control(), cluster, node, () => control().Restore(cluster, node)));
        admin.MapPost("/nodes/{cluster}/{node}/report", async (string cluster, string node, HttpRequest request) =>
            OrcaParser.TryParse($"JSON {await ReadAsync(request)}", binary: null, out var report, out var error)
                ? OfNode(control(), cluster, node, () => control().Report(cluster, node, report))
                : Problem(400, $"The body must be an ORCA load report as JSON, such as {{\"cpu_utilization\":0.5}}: {error}"));

        admin.MapPost("/flows/{signature}/pin", (string signature, NodeChoice choice) =>
            OfFlow(control(), signature, (found, _) => Outcome(control().Pin(found, choice.Node))));
        admin.MapPost("/flows/{signature}/move", (string signature, NodeChoice choice) =>
            OfFlow(control(), signature, (found, _) => Outcome(control().Move(found, choice.Node))));
        admin.MapPost("/flows/{signature}/reject", (string signature) =>
            OfFlow(control(), signature, (found, _) => Outcome(control().Reject(found, reject: true))));
        admin.MapPost("/flows/{signature}/forward", (string signature) =>
            OfFlow(control(), signature, (found, _) => Outcome(control().Reject(found, reject: false))));
    }

    private static IResult OfNode(IShadowingControl control, string cluster, string node, Func<OperatorResult> act) =>
        control.GetNodes().Any(known => Same(known.Cluster, cluster) && Same(known.Node, node))
            ? Outcome(act())
            : Problem(404, $"There is no node {node} in a cluster {cluster}.");

    private static IResult OfFlow(IShadowingControl control, string text, Func<Signature, FlowStatus, IResult> act)
    {
        if (!Signature.TryParse(text, out var signature))
            return Problem(400, "A flow is named by its signature, 32 hexadecimal digits.");
        return control.GetFlow(signature) is { } flow ? act(signature, flow) : Problem(404, $"There is no flow {signature}.");
    }

    private static IResult Outcome(OperatorResult result) =>
        result.Done ? Results.NoContent() : Problem(409, result.Error ?? "It was not possible.");

    private static bool Same(string id, string other) => id.Equals(other, StringComparison.OrdinalIgnoreCase);

    private static IResult Problem(int status, string detail) => Results.Problem(detail, statusCode: status);

    /// <summary>Reads one character more than a report may have at most, so that a longer one is seen to be too long.</summary>
    private static async Task<string> ReadAsync(HttpRequest request)
    {
        var buffer = new char[OrcaParser.MaxLength + 1];
        using var reader = new StreamReader(request.Body, Encoding.UTF8);
        return new string(buffer, 0, await reader.ReadBlockAsync(buffer, request.HttpContext.RequestAborted));
    }

    /// <summary>The body of a call that names a node.</summary>
    /// <param name="Node">The destination's id.</param>
    private sealed record NodeChoice(string Node);
}
