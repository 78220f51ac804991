using System.Net;
using Microsoft.AspNetCore.Http;
using ShadowProxy.Migration;
using ShadowProxy.Signatures;
using ShadowProxy.Telemetry;

namespace ShadowProxy.FunctionalTests.Infrastructure;

/// <summary>A user with a session cookie, over connections that others may share. One request at a time.</summary>
/// <param name="http">The connections; they keep no cookies.</param>
/// <param name="session">The session that he comes with; null: the first answer gives him one.</param>
internal sealed class Visitor(HttpClient http, string? session)
{
    public const string Cookie = "sid";

    public string? Session { get; private set; } = session;

    /// <summary>What he sends with each request besides.</summary>
    public Dictionary<string, string> Headers { get; } = [];

    public Task<Visit> GetAsync(string path = "/") => SendAsync(HttpMethod.Get, path);

    /// <summary>Sends a request and reads the whole answer.</summary>
    public async Task<Visit> SendAsync(HttpMethod method, string path = "/", HttpContent? content = null, string? id = null)
    {
        using var request = new HttpRequestMessage(method, path)
        {
            Content = content,
            Version = http.DefaultRequestVersion,
            VersionPolicy = http.DefaultVersionPolicy,
        };
        if (Session is not null)
            request.Headers.TryAddWithoutValidation("Cookie", $"{Cookie}={Session}");
        foreach (var (name, value) in Headers)
            request.Headers.TryAddWithoutValidation(name, value);
        if (id is not null)
            request.Headers.TryAddWithoutValidation(TestBackend.IdHeader, id);
        using var response = await http.SendAsync(request);
        var body = await response.Content.ReadAsStringAsync();
        if (response.Headers.TryGetValues("Set-Cookie", out var cookies))
            Session = cookies.Single().Split('=', ';')[1];
        return Visit.Read(response, body);
    }
}

/// <summary>An answer, with what the proxy says of how it came about.</summary>
/// <param name="Status">The status.</param>
/// <param name="Body">The body: the id of the node that answered.</param>
/// <param name="Attempts">How often the request was forwarded; 0 where the proxy left it to YARP.</param>
/// <param name="Signature">The flow.</param>
/// <param name="Reason">Why the flow moved with this request.</param>
internal sealed record Visit(HttpStatusCode Status, string Body, int Attempts, Signature Signature, MigrationReason Reason)
{
    private const string Header = "X-Shadowing";

    /// <summary>Middleware around the proxy that tells the client what the request's feature says.</summary>
    public static Task Tell(HttpContext context, RequestDelegate next)
    {
        context.Response.OnStarting(() =>
        {
            if (context.Features.Get<IShadowingFeature>() is { } feature)
                context.Response.Headers[Header] = $"{feature.Attempts} {feature.Signature} {feature.MigrationReason}";
            return Task.CompletedTask;
        });
        return next(context);
    }

    public static Visit Read(HttpResponseMessage response, string body)
    {
        if (!response.Headers.TryGetValues(Header, out var values))
            return new Visit(response.StatusCode, body, 0, default, MigrationReason.None);
        var told = values.Single().Split(' ');
        return Signature.TryParse(told[1], out var signature)
            ? new Visit(response.StatusCode, body, int.Parse(told[0]), signature, Enum.Parse<MigrationReason>(told[2]))
            : throw new FormatException(values.Single());
    }
}
