using System.Security.Claims;
using ShadowProxy.Telemetry;

namespace ShadowProxy.Edge.Admin;

/// <summary>What an operator sees of the whole.</summary>
internal static class OverviewEndpoints
{
    public static void Map(RouteGroupBuilder admin)
    {
        var overview = admin.MapGroup("").WithTags("Overview");
        overview.MapGet("/status", (OperatorControl of, ClaimsPrincipal user) => AdminStatus.Of(of(user)))
            .Is("getStatus", "The proxy in a few numbers.");
        overview.MapGet("/evacuations", (OperatorControl of, ClaimsPrincipal user) => of(user).GetEvacuations())
            .Is("getEvacuations", "The nodes that flows leave or have left, and where these went.");
        overview.MapGet("/migrations", (OperatorControl of, ClaimsPrincipal user) => of(user).GetMigrations())
            .Is("getMigrations", "The last migrations of flows, newest first.");
        overview.MapGet("/settings", (OperatorControl of, ClaimsPrincipal user) => of(user).GetSettings())
            .Is("getSettings", "The settings in force, and where each comes from.");
        overview.MapGet("/events", EventStream.Get)
            .Is("getEvents", "The last events, newest first; with Accept: text/event-stream, events and migrations as they come, from Last-Event-ID on.")
            .Produces<IReadOnlyList<ShadowingEvent>>()
            .AddOpenApiOperationTransformer(EventStream.DescribeAsync);
    }
}

/// <summary>The proxy in a few numbers.</summary>
/// <param name="Flows">Flows held in the Signature Table.</param>
/// <param name="MigratedFlows">How many flows moved since the start.</param>
/// <param name="MigratedWhileHealthy">Of these, how many left a node that nothing spoke against, and not at an operator's wish.</param>
/// <param name="Version">The proxy's version.</param>
internal sealed record AdminStatus(long Flows, long MigratedFlows, long MigratedWhileHealthy, string Version)
{
    private static readonly string ThisVersion = typeof(AdminStatus).Assembly.GetName().Version?.ToString(3) ?? "";

    public static AdminStatus Of(IShadowingControl control) => new(control.Flows, control.MigratedFlows, control.MigratedWhileHealthy, ThisVersion);
}
