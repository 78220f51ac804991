using Microsoft.AspNetCore.Http;

namespace ShadowProxy.FunctionalTests.Infrastructure;

/// <summary>A backend that answers with its own id, gives a session to who has none, and does besides what the test says.</summary>
internal sealed class TestNodeBackend(string id)
{
    public string Id => id;

    public TestBackend Backend { get; set; } = null!;

    /// <summary>What it does before it answers; begins the answer itself, or sets a status of 400 or above, to answer with that alone.</summary>
    public Func<HttpContext, Task> Behaviour { get; set; } = _ => Task.CompletedTask;

    public async Task AnswerAsync(HttpContext context)
    {
        await Behaviour(context);
        if (context.Response.HasStarted || context.Response.StatusCode >= StatusCodes.Status400BadRequest)
            return;
        if (!context.Request.Cookies.ContainsKey(Visitor.Cookie))
            context.Response.Cookies.Append(Visitor.Cookie, Guid.NewGuid().ToString("N"));
        await context.Response.WriteAsync(id);
    }
}
