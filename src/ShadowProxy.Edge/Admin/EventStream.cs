using System.Globalization;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Security.Claims;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using ShadowProxy.Telemetry;

namespace ShadowProxy.Edge.Admin;

/// <summary>Events as a list, or as Server-Sent Events for whoever accepts those.</summary>
internal static class EventStream
{
    /// <summary>The media type of Server-Sent Events.</summary>
    public const string ContentType = "text/event-stream";

    public static IResult Get(HttpContext context, OperatorControl of, ClaimsPrincipal user, IHostApplicationLifetime lifetime)
    {
        var control = of(user);
        var accepts = context.Request.GetTypedHeaders().Accept;
        if (!accepts.Any(type => type.MediaType.Equals(ContentType, StringComparison.OrdinalIgnoreCase)))
            return TypedResults.Ok(control.GetEvents());
        // Whoever is connected misses nothing, however long the answer's way is.
        var after = long.TryParse(context.Request.Headers["Last-Event-ID"], NumberStyles.None, CultureInfo.InvariantCulture, out var last) ? last : Latest(control);
        return TypedResults.ServerSentEvents(ReadAsync(context, control, after, lifetime.ApplicationStopping));
    }

    /// <summary>Adds to the document that the answer may be a stream: one answer of two media types is more than an endpoint can say.</summary>
    public static async Task DescribeAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken stop)
    {
        var notice = await context.GetOrCreateSchemaAsync(typeof(ShadowingNotice), parameterDescription: null, stop);
        operation.Responses!["200"].Content!.Add(ContentType, new OpenApiMediaType { Schema = notice });
    }

    private static long Latest(IShadowingControl control) =>
        Math.Max(control.GetEvents() is [var happened, ..] ? happened.Id : 0, control.GetMigrations() is [var moved, ..] ? moved.Id : 0);

    private static async IAsyncEnumerable<SseItem<ShadowingNotice>> ReadAsync(
        HttpContext context, IShadowingControl control, long after, CancellationToken stopping, [EnumeratorCancellation] CancellationToken aborted = default)
    {
        // The client is to know at once that it is connected.
        await context.Response.Body.FlushAsync(aborted);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stopping, aborted, context.RequestAborted);
        await using var notices = control.ListenAsync(after, end.Token).GetAsyncEnumerator(end.Token);
        while (await MovesAsync(notices))
        {
            var notice = notices.Current;
            yield return new SseItem<ShadowingNotice>(notice, notice.Event is null ? "migration" : "event")
            {
                EventId = notice.Id.ToString(CultureInfo.InvariantCulture),
            };
        }
    }

    /// <summary>A stream that is no longer wanted has ended well.</summary>
    private static async ValueTask<bool> MovesAsync(IAsyncEnumerator<ShadowingNotice> notices)
    {
        try
        {
            return await notices.MoveNextAsync();
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
