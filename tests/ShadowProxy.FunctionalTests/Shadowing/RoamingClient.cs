using System.Net;
using ShadowProxy.FunctionalTests.Infrastructure;
using ShadowProxy.Signatures;

namespace ShadowProxy.FunctionalTests.Shadowing;

/// <summary>A user with a browser's cookies whose requests reach any replica of the proxy, each over a connection of its own.</summary>
internal sealed class RoamingClient
{
    private readonly CookieContainer _cookies = new();

    /// <summary>The cookies that the last answer set, with their attributes, by name.</summary>
    public IReadOnlyDictionary<string, string> LastSet { get; private set; } = new Dictionary<string, string>();

    /// <summary>The flow of the last request.</summary>
    public Signature LastFlow { get; private set; }

    /// <summary>The cookies that the next request will carry.</summary>
    public CookieCollection Cookies => _cookies.GetAllCookies();

    /// <summary>Sends a request; the answer says which node gave it.</summary>
    public async Task<string> GetAsync(TestProxy replica)
    {
        using var http = new HttpClient(new SocketsHttpHandler { CookieContainer = _cookies, UseProxy = false }) { Timeout = Patience.Limit };
        using var response = await http.GetAsync(replica.Address);
        LastSet = response.Headers.TryGetValues("Set-Cookie", out var set)
            ? set.ToDictionary(cookie => cookie.Split('=')[0])
            : new Dictionary<string, string>();
        response.EnsureSuccessStatusCode();
        var visit = Visit.Read(response, await response.Content.ReadAsStringAsync());
        LastFlow = visit.Signature;
        return visit.Body;
    }
}
