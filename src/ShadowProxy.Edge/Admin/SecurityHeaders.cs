namespace ShadowProxy.Edge.Admin;

/// <summary>Tells browsers how little an answer of the operators' listener may do.</summary>
internal static class SecurityHeaders
{
    /// <summary>Scripts from here alone; styles also inline, which the page's component library needs.</summary>
    private const string ContentSecurityPolicy =
        "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; connect-src 'self'; "
        + "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'";

    public static void UseSecurityHeaders(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = ContentSecurityPolicy;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        // Not no-referrer, by which a browser hides the origin of its own forms, too.
        headers["Referrer-Policy"] = "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        if (SiteRules.IsApi(context.Request))
            headers.CacheControl = "no-store";
        return next(context);
    });
}
