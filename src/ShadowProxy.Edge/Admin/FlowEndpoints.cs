using System.Security.Claims;
using ShadowProxy.Signatures;
using ShadowProxy.Telemetry;

namespace ShadowProxy.Edge.Admin;

/// <summary>What an operator sees of flows and does to them. A flow is named by its signature; what it was computed from is in no answer.</summary>
internal static class FlowEndpoints
{
    public static void Map(RouteGroupBuilder admin)
    {
        var flows = admin.MapGroup("/flows").WithTags("Flows");
        flows.MapGet("/{signature}", (string signature, OperatorControl of, ClaimsPrincipal user) =>
                OfFlow(of(user), signature, (_, flow) => Results.Ok(flow)))
            .Is("getFlow", "A flow: its primary, its shadows with their scores, its home.", 400, 404).Produces<FlowStatus>();
        flows.MapGet("/{signature}/migrations", (string signature, OperatorControl of, ClaimsPrincipal user) =>
                Signature.TryParse(signature, out var flow) ? Results.Ok(of(user).GetMigrations(flow)) : NoSignature())
            .Is("getFlowMigrations", "A flow's migrations, newest first, as far as they are remembered.", 400).Produces<IReadOnlyList<MigrationRecord>>();
        flows.MapPost("/find", Find)
            .Is("findFlows", "Flows by what is known of their requests, such as {\"facts\":{\"cookie:sid\":\"…\"}} or {\"facts\":{\"client.address\":\"…\"}}.", 400, 404)
            .Produces<IReadOnlyList<FlowMatch>>().WithMetadata(new RequiredRole(AdminRole.Read));
        flows.MapPost("/{signature}/pin", (string signature, NodeChoice choice, OperatorControl of, ClaimsPrincipal user) =>
                OfFlow(of(user), signature, (flow, _) => Answers.Of(of(user).Pin(flow, choice.Node))))
            .Is("pin", "Binds the flow to a node until it ends or an operator moves it.", 400, 403, 404, 409).Produces(204);
        flows.MapPost("/{signature}/move", (string signature, NodeChoice choice, OperatorControl of, ClaimsPrincipal user) =>
                OfFlow(of(user), signature, (flow, _) => Answers.Of(of(user).Move(flow, choice.Node))))
            .Is("move", "Moves the flow to a node; what follows is up to the monitor again.", 400, 403, 404, 409).Produces(204);
        flows.MapPost("/{signature}/reject", (string signature, OperatorControl of, ClaimsPrincipal user) =>
                OfFlow(of(user), signature, (flow, _) => Answers.Of(of(user).Reject(flow, reject: true))))
            .Is("reject", "Answers the flow's requests with 403 until it ends.", 400, 403, 404, 409).Produces(204);
        flows.MapPost("/{signature}/forward", (string signature, OperatorControl of, ClaimsPrincipal user) =>
                OfFlow(of(user), signature, (flow, _) => Answers.Of(of(user).Reject(flow, reject: false))))
            .Is("forward", "Forwards the flow's requests again.", 400, 403, 404, 409).Produces(204);
    }

    private static IResult Find(FlowQuery query, OperatorControl of, ClaimsPrincipal user)
    {
        var control = of(user);
        var found = control.FindFlows(query);
        if (found.Count > 0)
            return Results.Ok(found);
        var templates = control.GetSettings()
            .Where(setting => setting is { Scope: SettingScope.Route, Name: "Signature" })
            .Select(setting => $"{setting.Id}: {setting.Value}");
        return Answers.Problem(404, $"These facts suffice for no route's signature ({string.Join("; ", templates)}).");
    }

    private static IResult OfFlow(IShadowingControl control, string text, Func<Signature, FlowStatus, IResult> act)
    {
        if (!Signature.TryParse(text, out var signature))
            return NoSignature();
        return control.GetFlow(signature) is { } flow ? act(signature, flow) : Answers.Problem(404, $"There is no flow {signature}.");
    }

    private static IResult NoSignature() => Answers.Problem(400, "A flow is named by its signature, 32 hexadecimal digits.");

    /// <summary>The body of a call that names a node.</summary>
    /// <param name="Node">The destination's id.</param>
    private sealed record NodeChoice(string Node);
}
