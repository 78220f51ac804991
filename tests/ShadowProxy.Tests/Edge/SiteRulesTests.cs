using Microsoft.AspNetCore.Http;
using ShadowProxy.Edge.Admin;

namespace ShadowProxy.Tests.Edge;

public sealed class SiteRulesTests
{
    private readonly SiteRules _rules = new("proxy.internal");

    [Theory]
    [InlineData("localhost:9901")]
    [InlineData("127.0.0.1:9901")]
    [InlineData("[::1]:9901")]
    [InlineData("proxy.internal:9901")]
    public void Refusal_OwnHost_Passes(string host) => Assert.Null(_rules.Refusal(Request(host)));

    [Theory]
    [InlineData("evil.example")]
    [InlineData("localhost.evil.example:9901")]
    [InlineData("127.0.0.1.evil.example")]
    public void Refusal_ForeignHost_Is400(string host) => Assert.Equal(400, _rules.Refusal(Request(host))?.Status);

    [Theory]
    [InlineData("POST", "http://localhost:9901", null)]
    [InlineData("POST", "http://evil.example", 403)]
    [InlineData("POST", "null", 403)]
    [InlineData("DELETE", "http://localhost:9902", 403)]
    [InlineData("GET", "http://evil.example", null)]
    public void Refusal_Origin_MustBeItsOwnForChanges(string method, string origin, int? status)
    {
        var request = Request("localhost:9901", method);
        request.Headers.Origin = origin;

        Assert.Equal(status, _rules.Refusal(request)?.Status);
    }

    [Theory]
    [InlineData("http://localhost:9901", null)]
    [InlineData("http://evil.example", 403)]
    public void Refusal_OriginOfAWebSocket_MustBeItsOwn(string origin, int? status)
    {
        var request = Request("localhost:9901");
        request.Path = "/_blazor";
        request.Headers.Upgrade = "websocket";
        request.Headers.Origin = origin;

        Assert.Equal(status, _rules.Refusal(request)?.Status);
    }

    [Theory]
    [InlineData("same-origin", null)]
    [InlineData("none", null)]
    [InlineData("same-site", 403)]
    [InlineData("cross-site", 403)]
    public void Refusal_SecFetchSite_MustBeItsOwnForChanges(string site, int? status)
    {
        var request = Request("localhost:9901", "POST");
        request.Headers["Sec-Fetch-Site"] = site;

        Assert.Equal(status, _rules.Refusal(request)?.Status);
    }

    [Theory]
    [InlineData("/admin/flows/find", "application/json; charset=utf-8", null)]
    [InlineData("/admin/nodes/a/b/evacuate", null, null)]
    [InlineData("/admin/nodes/a/b/evacuate", "text/plain", 415)]
    [InlineData("/admin/nodes/a/b/evacuate", "application/x-www-form-urlencoded", 415)]
    [InlineData("/admin/session", "application/x-www-form-urlencoded", null)]
    [InlineData("/_blazor/negotiate", "text/plain", null)]
    public void Refusal_BodyThatAFormCanSend_IsRefusedByTheApi(string path, string? type, int? status)
    {
        var request = Request("localhost:9901", "POST");
        (request.Path, request.ContentType) = (path, type);

        Assert.Equal(status, _rules.Refusal(request)?.Status);
    }

    private static HttpRequest Request(string host, string method = "GET")
    {
        var request = new DefaultHttpContext().Request;
        (request.Scheme, request.Host, request.Method, request.Path) = ("http", new HostString(host), method, "/admin/nodes");
        return request;
    }
}
