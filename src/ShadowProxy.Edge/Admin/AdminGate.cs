using System.Globalization;

namespace ShadowProxy.Edge.Admin;

/// <summary>
/// What every request to the operators' listener goes through, save those for <c>/metrics</c> and <c>/health</c>: the rules about sites, then who calls
/// and what he may. After routing, since endpoints say what they ask for.
/// </summary>
internal sealed class AdminGate(RequestDelegate next, SiteRules sites, AdminAccess access, ILogger<AdminGate> logger)
{
    private static readonly RequiredRole Reads = new(AdminRole.Read);
    private static readonly RequiredRole Operates = new(AdminRole.Operate);

    public async Task InvokeAsync(HttpContext context)
    {
        if (context.Request.Path.StartsWithSegments("/metrics") || context.Request.Path.StartsWithSegments("/health"))
        {
            await next(context);
            return;
        }

        if (sites.Refusal(context.Request) is { } foreign)
        {
            await RefuseAsync(context, new AdminRefusal(foreign.Status, foreign.Detail), null);
            return;
        }

        var (caller, refusal) = access.Recognise(context, RequiredOf(context).Role);
        if (refusal is not null)
        {
            await RefuseAsync(context, refusal, caller);
            return;
        }

        context.User = caller!.ToPrincipal();
        await next(context);
    }

    /// <summary>Writes a refusal: to a browser that wants a page, the way to sign in.</summary>
    public static Task WriteAsync(HttpContext context, AdminRefusal refusal)
    {
        if (refusal.RetryAfter is { } pause)
            context.Response.Headers.RetryAfter = pause.TotalSeconds.ToString("0", CultureInfo.InvariantCulture);
        if (refusal.Status == StatusCodes.Status401Unauthorized)
        {
            if (WantsPage(context.Request))
            {
                context.Response.Redirect(SignIn.UrlFor(context.Request));
                return Task.CompletedTask;
            }

            context.Response.Headers.WWWAuthenticate = "Bearer";
        }

        return Results.Problem(refusal.Detail, statusCode: refusal.Status).ExecuteAsync(context);
    }

    private static RequiredRole RequiredOf(HttpContext context)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<RequiredRole>() is { } required)
            return required;
        var method = context.Request.Method;
        return HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || !SiteRules.IsApi(context.Request) ? Reads : Operates;
    }

    private static bool WantsPage(HttpRequest request) =>
        HttpMethods.IsGet(request.Method) && request.GetTypedHeaders().Accept.Any(type => type.MediaType.Equals("text/html", StringComparison.OrdinalIgnoreCase));

    private Task RefuseAsync(HttpContext context, AdminRefusal refusal, AdminCaller? caller)
    {
        if (!HttpMethods.IsGet(context.Request.Method))
            AdminLog.Action(logger, context.GetEndpoint()?.Metadata.GetMetadata<IEndpointNameMetadata>()?.EndpointName ?? context.Request.Method,
                context.Request.Path, caller?.Name ?? "nobody", caller?.Role ?? AdminRole.None, AdminAccess.AddressOf(context), $"refused: {refusal.Detail}");
        return WriteAsync(context, refusal);
    }
}
