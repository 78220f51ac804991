namespace ShadowProxy.Edge.Hosting;

/// <summary>
/// While the proxy leaves, each answer over HTTP/1 ends its connection, and the client opens its next one where new ones are taken. A
/// connection that is closed while idle may cost the request that its client sends at that moment. (HTTP/2 and 3 say goodbye by themselves.)
/// </summary>
internal static class ConnectionDrain
{
    public static void UseConnectionDrain(this IApplicationBuilder app, Readiness readiness) => app.Use((context, next) =>
    {
        if (readiness.Leaving && context.Request.Protocol.StartsWith("HTTP/1", StringComparison.Ordinal))
            context.Response.OnStarting(End, context);
        return next(context);
    });

    private static Task End(object state)
    {
        var response = ((HttpContext)state).Response;
        // A connection that was upgraded is no longer one for requests.
        if (response.StatusCode != StatusCodes.Status101SwitchingProtocols)
            response.Headers.Connection = "close";
        return Task.CompletedTask;
    }
}
