using Microsoft.AspNetCore.Http;
using ShadowProxy.Edge.Admin;

namespace ShadowProxy.Tests.Edge;

public sealed class AdminAccessTests
{
    private const string Key = "0123456789abcdef";

    [Theory]
    [InlineData("localhost:9901")]
    [InlineData("127.0.0.1:9901")]
    [InlineData("[::1]:9901")]
    [InlineData("proxy.internal:9901")]
    public void Refusal_OwnHost_Passes(string host) => Assert.Null(new AdminAccess("proxy.internal", null).Refusal(Request(host)));

    [Theory]
    [InlineData("evil.example")]
    [InlineData("localhost.evil.example:9901")]
    [InlineData("127.0.0.1.evil.example")]
    public void Refusal_ForeignHost_Is400(string host) => Assert.Equal(400, new AdminAccess("127.0.0.1", null).Refusal(Request(host))?.Status);

    [Theory]
    [InlineData("POST", "http://localhost:9901", null)]
    [InlineData("POST", "http://evil.example", 403)]
    [InlineData("POST", "null", 403)]
    [InlineData("GET", "http://evil.example", null)]
    public void Refusal_Origin_MustBeItsOwnForChanges(string method, string origin, int? status)
    {
        var request = Request("localhost:9901", method);
        request.Headers.Origin = origin;

        Assert.Equal(status, new AdminAccess("localhost", null).Refusal(request)?.Status);
    }

    [Theory]
    [InlineData(null, 401)]
    [InlineData("Bearer 0123456789abcdeX", 401)]
    [InlineData("Basic 0123456789abcdef", 401)]
    [InlineData("Bearer 0123456789abcdef", null)]
    [InlineData("bearer 0123456789abcdef", null)]
    public void Refusal_WithKey_AsksForIt(string? authorization, int? status)
    {
        var request = Request("localhost:9901");
        request.Headers.Authorization = authorization;

        Assert.Equal(status, new AdminAccess("localhost", Key).Refusal(request)?.Status);
    }

    private static HttpRequest Request(string host, string method = "GET")
    {
        var request = new DefaultHttpContext().Request;
        (request.Scheme, request.Host, request.Method) = ("http", new HostString(host), method);
        return request;
    }
}
