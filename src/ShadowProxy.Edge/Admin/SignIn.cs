using System.Net.Mime;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace ShadowProxy.Edge.Admin;

/// <summary>How a browser, which cannot send a key with each request, begins and ends a session.</summary>
internal static class SignIn
{
    /// <summary>Where the form is, and where it posts to.</summary>
    public const string Path = "/admin/session";

    private const string Return = "return";

    /// <summary>Where to sign in, to come back to what was asked for.</summary>
    public static string UrlFor(HttpRequest request) => $"{Path}?{Return}={Uri.EscapeDataString(request.Path + request.QueryString)}";

    public static void Map(IEndpointRouteBuilder routes)
    {
        var session = routes.MapGroup(Path).ExcludeFromDescription().WithMetadata(new RequiredRole(AdminRole.None));
        session.MapGet("", (HttpRequest request) => Form(request.Query[Return], StatusCodes.Status200OK, ""));
        session.MapPost("", BeginAsync);
        session.MapPost("/end", (HttpContext context) =>
        {
            context.Response.Cookies.Delete(AdminSessions.CookieName(context));
            return new SeeOther(Path);
        });
    }

    private static async Task<IResult> BeginAsync(HttpContext context, AdminKeys keys, AdminSessions sessions, AdminAccess access, ILogger<AdminGate> logger)
    {
        var form = context.Request.HasFormContentType ? await context.Request.ReadFormAsync(context.RequestAborted) : null;
        var presented = form is not null ? form["key"].ToString() : await ReadKeyAsync(context.Request);
        var address = AdminAccess.AddressOf(context);
        if (keys.RoleOf(presented?.Trim() ?? "") is not { } role)
        {
            if (keys.AreNone)
                return form is null ? TypedResults.NoContent() : new SeeOther(Local(form[Return]));
            var refusal = access.Guessed(address);
            AdminLog.Action(logger, "sign in", context.Connection.LocalPort.ToString(), "nobody", AdminRole.None, address, $"refused: {refusal.Detail}");
            return form is null ? Results.Problem(refusal.Detail, statusCode: refusal.Status) : Form(form[Return], refusal.Status, refusal.Detail);
        }

        context.Response.Cookies.Append(AdminSessions.CookieName(context), sessions.Begin(role), new CookieOptions
        {
            HttpOnly = true,
            IsEssential = true,
            MaxAge = AdminSessions.Lifetime,
            SameSite = SameSiteMode.Strict,
            Secure = context.Request.IsHttps,
        });
        AdminLog.Action(logger, "sign in", context.Connection.LocalPort.ToString(), role == AdminRole.Operate ? "Key" : "ReadKey", role, address, "done");
        return form is null ? TypedResults.NoContent() : new SeeOther(Local(form[Return]));
    }

    private static async Task<string?> ReadKeyAsync(HttpRequest request)
    {
        try
        {
            return request.HasJsonContentType() ? (await request.ReadFromJsonAsync<SessionRequest>(request.HttpContext.RequestAborted))?.Key : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>A path of this listener; whatever else is asked for is not followed.</summary>
    private static string Local(string? asked) => asked is ['/', ..] && asked is not ['/', '/' or '\\', ..] ? asked : "/";

    private static IResult Form(string? comeBack, int status, string problem) => Results.Content(
        $$"""
        <!doctype html>
        <html lang="en">
        <head>
          <meta charset="utf-8">
          <meta name="viewport" content="width=device-width, initial-scale=1">
          <title>Sign in – ShadowProxy</title>
          <link rel="icon" href="data:,">
          <style>
            :root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif }
            body { display: grid; place-items: center; min-height: 90vh; margin: 0 1rem }
            form { display: grid; gap: .75rem; width: min(24rem, 100%) }
            h1 { font-size: 1.25rem; margin: 0 }
            input, button { font: inherit; padding: .5rem .75rem }
            p { margin: 0; min-height: 1.5em }
          </style>
        </head>
        <body>
          <form method="post" action="{{Path}}">
            <h1>ShadowProxy</h1>
            <label for="key">Key of the operators' listener (<code>Shadowing:Admin:Key</code> or <code>ReadKey</code>)</label>
            <input id="key" name="key" type="password" autocomplete="current-password" required autofocus data-testid="key">
            <input name="{{Return}}" type="hidden" value="{{HtmlEncoder.Default.Encode(Local(comeBack))}}">
            <button type="submit" data-testid="sign-in">Sign in</button>
            <p role="alert" data-testid="problem">{{HtmlEncoder.Default.Encode(problem)}}</p>
          </form>
        </body>
        </html>
        """,
        MediaTypeNames.Text.Html, Encoding.UTF8, status);

    /// <summary>The body of a call that begins a session.</summary>
    /// <param name="Key">The key.</param>
    private sealed record SessionRequest(string Key);

    /// <summary>Sends a browser on by GET.</summary>
    private sealed class SeeOther(string path) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.StatusCode = StatusCodes.Status303SeeOther;
            httpContext.Response.Headers.Location = path;
            return Task.CompletedTask;
        }
    }
}
