using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace ShadowProxy.FunctionalTests.Infrastructure;

/// <summary>One user: own connection, own cookies.</summary>
internal sealed class TestSession : IDisposable
{
    private readonly CookieContainer _cookies = new();

    public TestSession(Uri address, HttpProtocols protocols)
    {
        Address = address;
        Handler = new SocketsHttpHandler
        {
            CookieContainer = _cookies,
            AllowAutoRedirect = false,
            SslOptions = TestCertificate.Trust,
            Expect100ContinueTimeout = Patience.Limit,
            // A response let go ends its connection at once instead of being read to its end.
            ResponseDrainTimeout = TimeSpan.Zero,
            UseProxy = false,
        };
        Http = new HttpClient(Handler)
        {
            BaseAddress = address,
            Timeout = Patience.Limit,
            DefaultRequestVersion = protocols == HttpProtocols.Http1 ? HttpVersion.Version11 : HttpVersion.Version20,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
    }

    public Uri Address { get; }

    /// <summary>The session's own connections, for clients that are not <see cref="HttpClient"/>.</summary>
    public SocketsHttpHandler Handler { get; }

    public HttpClient Http { get; }

    /// <summary>Sends one request; the body is left to be read.</summary>
    public Task<HttpResponseMessage> SendAsync(
        HttpMethod method, string path, HttpContent? content = null, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(method, path)
        {
            Content = content,
            Version = Http.DefaultRequestVersion,
            VersionPolicy = Http.DefaultVersionPolicy,
        };
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    /// <summary>Gets a path and returns the body; throws where the status is no success.</summary>
    public Task<string> GetAsync(string path = "/") => Http.GetStringAsync(path);

    public void Dispose()
    {
        Http.Dispose();
        Handler.Dispose();
    }
}
