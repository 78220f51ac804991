using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;

namespace ShadowProxy.Lab.Backends;

/// <summary>Names the backend in each answer, and gives a session to a request without one.</summary>
internal sealed class SessionMiddleware(RequestDelegate next, SampleBackendOptions options)
{
    private static readonly CookieOptions Cookie = new() { HttpOnly = true, Path = "/", SameSite = SameSiteMode.Lax };

    public Task InvokeAsync(HttpContext context)
    {
        context.Response.Headers[BackendProtocol.BackendHeader] = options.Name;
        if (!context.Request.Cookies.ContainsKey(BackendProtocol.SessionCookie))
        {
            var session = RandomNumberGenerator.GetHexString(32, lowercase: true);
            context.Response.Cookies.Append(BackendProtocol.SessionCookie, session, Cookie);
            context.Items[BackendProtocol.SessionCookie] = session;
        }

        return next(context);
    }

    /// <summary>The session that a request came with or was given.</summary>
    public static string Of(HttpContext context) =>
        context.Items[BackendProtocol.SessionCookie] as string ?? context.Request.Cookies[BackendProtocol.SessionCookie] ?? "";
}
