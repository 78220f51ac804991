using Microsoft.AspNetCore.Http;

namespace ShadowProxy.Lab.Backends;

/// <summary>
/// Executes a POST's work: takes its whole body and says <c>work ID</c> on standard output, before anything is answered and whatever
/// the answer will be, so that work executed twice is seen across crashes.
/// </summary>
internal sealed class WorkMiddleware(RequestDelegate next, TextWriter output)
{
    public async Task InvokeAsync(HttpContext context)
    {
        var request = context.Request;
        string? id = request.Headers[BackendProtocol.RequestIdHeader];
        if (HttpMethods.IsPost(request.Method) && BackendProtocol.IsWorkId(id))
        {
            request.EnableBuffering();
            await request.Body.CopyToAsync(Stream.Null, context.RequestAborted);
            request.Body.Position = 0;
            output.WriteLine(BackendProtocol.WorkPrefix + id);
        }

        await next(context);
    }
}
