using ShadowProxy.Edge.Hosting;

namespace ShadowProxy.Edge.Admin;

/// <summary><c>/health/live</c>, <c>/health/ready</c>, <c>/health/startup</c>: 200 or 503, one word of text.</summary>
internal static class HealthEndpoints
{
    public static void Map(IEndpointRouteBuilder routes, Readiness readiness)
    {
        routes.MapGet("/health/live", () => Answer(true));
        routes.MapGet("/health/ready", () => Answer(readiness.Ready));
        routes.MapGet("/health/startup", () => Answer(readiness.Started));
    }

    private static IResult Answer(bool healthy) => Results.Text(
        healthy ? "Healthy" : "Unhealthy", statusCode: healthy ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
}
