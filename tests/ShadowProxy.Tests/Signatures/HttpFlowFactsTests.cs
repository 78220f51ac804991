using System.Net;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using ShadowProxy.Connections;
using ShadowProxy.Forwarding;
using ShadowProxy.Signatures;

namespace ShadowProxy.Tests.Signatures;

public class HttpFlowFactsTests
{
    private static readonly SignatureKey Key = SignatureKey.FromText("a key for tests");

    [Theory]
    [InlineData("sid=1", "sid=1; other=2")]
    [InlineData("sid=1", "other=2;sid=1")]
    [InlineData("sid=1", "xsid=7; sid2=8; sid=1")]
    [InlineData("sid=1", "sid=\"1\"")]
    [InlineData("sid=1", "sid=; sid=1")]
    [InlineData("sid=a=b", "x=y; sid=a=b")]
    public void Cookie_SameValue_IsFoundWhereverItStands(string left, string right) =>
        Assert.Equal(Present("cookie:sid", Request(cookie: left)), Present("cookie:sid", Request(cookie: right)));

    [Theory]
    [InlineData("")]
    [InlineData("sid")]
    [InlineData("sid=")]
    [InlineData("sid=\"\"")]
    [InlineData("SID=1")]
    [InlineData("xsid=1; sid2=1")]
    public void Cookie_EmptyOrOther_IsAbsent(string cookie) => Absent("cookie:sid", Request(cookie: cookie));

    [Fact]
    public void Cookie_InSecondHeader_IsFound()
    {
        var context = new DefaultHttpContext();
        context.Request.Headers.Cookie = new(["a=1", "sid=1"]);

        Assert.Equal(Present("cookie:sid", Request(cookie: "sid=1")), Present("cookie:sid", context));
    }

    [Theory]
    [InlineData("a=1; b=2; c=3", 0)]
    [InlineData("c=3; b=2", 1)]
    [InlineData("c=3;  b=2;a=", 1)]
    [InlineData("x=a; y=b; c=3", 2)]
    [InlineData("aa=1; a ;=b; c=3", 2)]
    [InlineData("a=; b=\"\"; x=1", -1)]
    [InlineData("", -1)]
    public void Cookie_SeveralNames_TheFirstOfTheTemplateThatIsThere(string cookie, int expected)
    {
        var chosen = Compute("cookie:a | cookie:b | cookie:c | cookie:a", Request(cookie: cookie), out var signature);

        Assert.Equal(expected, chosen);
        if (expected >= 0)
            Assert.Equal(Present("cookie:" + "abc"[expected], Request(cookie: cookie)), signature);
    }

    [Fact]
    public void Cookie_OtherValue_GivesAnotherSignature() =>
        Assert.NotEqual(Present("cookie:sid", Request(cookie: "sid=1")), Present("cookie:sid", Request(cookie: "sid=2")));

    [Fact]
    public void Query_Parameter_IsFoundByItsWholeName()
    {
        var expected = Present("query:user", Request(query: "?user=7"));

        Assert.Equal(expected, Present("query:user", Request(query: "?a=1&user=7&user=8")));
        Assert.NotEqual(expected, Present("query:user", Request(query: "?user=77")));
        Absent("query:user", Request(query: "?user="));
        Absent("query:user", Request(query: "?users=7&xuser=7"));
        Absent("query:user", Request());
    }

    [Fact]
    public void Header_SeveralLines_CountAsOneList()
    {
        var lines = new DefaultHttpContext();
        lines.Request.Headers["X-Tenant"] = new(["a", "b"]);
        var line = new DefaultHttpContext();
        line.Request.Headers["x-tenant"] = "a,b";

        Assert.Equal(Present("header:X-Tenant", line), Present("header:X-Tenant", lines));
        line.Request.Headers["X-Tenant"] = "";
        Absent("header:X-Tenant", line);
    }

    [Theory]
    [InlineData("http.path:1", "/a/b", "/a/c", true)]
    [InlineData("http.path:1", "/a", "/a/c/d", true)]
    [InlineData("http.path:2", "/a/b", "/a/c", false)]
    [InlineData("http.path:2", "/a/b/c", "/a/b", true)]
    [InlineData("http.path", "/a/b", "/a/c", false)]
    [InlineData("http.path:1", "/a", "/ab", false)]
    [InlineData("http.path:1", "/", "/a", false)]
    public void Path_Segments_AreComparedAsFarAsTheTemplateSays(string template, string left, string right, bool equal) =>
        Assert.Equal(equal, Present(template, Request(path: left)) == Present(template, Request(path: right)));

    [Theory]
    [InlineData("client.address", "10.1.2.3", "::ffff:10.1.2.3", true)]
    [InlineData("client.address", "10.1.2.3", "10.1.2.4", false)]
    [InlineData("client.address/24", "10.1.2.3", "10.1.2.250", true)]
    [InlineData("client.address/24", "10.1.2.3", "10.1.3.3", false)]
    [InlineData("client.address/20", "10.1.17.3", "10.1.31.3", true)]
    [InlineData("client.address/20", "10.1.17.3", "10.1.32.3", false)]
    [InlineData("client.address/64", "10.1.2.3", "10.1.2.4", false)]
    [InlineData("client.address/64", "2001:db8::1", "2001:db8::2:1", true)]
    [InlineData("client.address/64", "2001:db8::1", "2001:db8:0:1::1", false)]
    [InlineData("client.address", "2001:db8::1", "2001:db8::2", false)]
    [InlineData("client.address/0", "10.1.2.3", "192.168.0.1", true)]
    public void Address_Prefix_DecidesWhichBitsCount(string template, string left, string right, bool equal) =>
        Assert.Equal(equal, Present(template, Request(address: left)) == Present(template, Request(address: right)));

    [Fact]
    public void Host_AndServerName_IgnoreCase()
    {
        var longName = string.Join('.', Enumerable.Repeat("Abcdefghi", 20));
        Assert.Equal(Present("http.host", Request(host: longName)), Present("http.host", Request(host: longName.ToUpperInvariant())));
        Assert.NotEqual(Present("http.host", Request(host: "a.example")), Present("http.host", Request(host: "a.example:81")));
        Assert.Equal(Present("tls.sni", Request(serverName: "A.example")), Present("tls.sni", Request(serverName: "a.EXAMPLE")));
        Absent("tls.sni", Request());
        Absent("http.host", Request());
    }

    [Fact]
    public void Ja4_OfTheConnection_Counts()
    {
        var context = Request();
        Absent("tls.ja4", context);
        context.Features.Set<ITlsFingerprintFeature>(new Fingerprint("t13d1516h2_8daaf6152771_e5627efa2ab1"));
        var one = Present("tls.ja4", context);
        context.Features.Set<ITlsFingerprintFeature>(new Fingerprint("t13d1516h2_8daaf6152771_e5627efa2ab2"));

        Assert.NotEqual(one, Present("tls.ja4", context));
    }

    [Fact]
    public void Ports_MethodRouteAndConnection_Count()
    {
        var context = Request();
        context.Connection.RemotePort = 50000;
        context.Connection.LocalPort = 443;
        context.Connection.Id = "c1";
        context.Request.Method = "GET";
        var before = Present("client.port + local.port + http.method + route + connection", context);

        Assert.Equal(before, Present("client.port + local.port + http.method + route + connection", context));
        context.Connection.Id = "c2";
        Assert.NotEqual(before, Present("client.port + local.port + http.method + route + connection", context));
        context.Connection.RemotePort = 0;
        Absent("client.port", context);
    }

    [Fact]
    public void Compute_AllFacts_AllocatesNothing()
    {
        Assert.True(SignatureTemplate.TryParse(
            "cookie:no | cookie:sid + http.host + http.path:1 + client.address/24 + query:q + header:X-Tenant", out var template, out _));
        var context = Request(cookie: "a=1; sid=2", path: "/a/b", query: "?q=1", address: "10.1.2.3", host: "A.example");
        context.Request.Headers["X-Tenant"] = "t";
        Assert.Equal(1, Compute());

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
            Compute();

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        int Compute()
        {
            var facts = new HttpFlowFacts(context, "r");
            return template.Compute(ref facts, Key, 1, out _);
        }
    }

    private static DefaultHttpContext Request(
        string? cookie = null, string? path = null, string? query = null, string? address = null, string? host = null, string? serverName = null)
    {
        var context = new DefaultHttpContext();
        if (cookie is not null)
            context.Request.Headers.Cookie = cookie;
        if (host is not null)
            context.Request.Host = new HostString(host);
        context.Request.Path = path;
        context.Request.QueryString = new QueryString(query);
        context.Connection.RemoteIpAddress = address is null ? null : IPAddress.Parse(address);
        if (serverName is not null)
            context.Features.Set<ITlsHandshakeFeature>(new Handshake { HostName = serverName });
        return context;
    }

    private static Signature Present(string text, HttpContext context)
    {
        Assert.Equal(0, Compute(text, context, out var signature));
        return signature;
    }

    private static void Absent(string text, HttpContext context) => Assert.Equal(-1, Compute(text, context, out _));

    private static int Compute(string text, HttpContext context, out Signature signature)
    {
        Assert.True(SignatureTemplate.TryParse(text, out var template, out var error), error);
        var facts = new HttpFlowFacts(context, "route1");
        return template.Compute(ref facts, Key, 1, out signature);
    }

    private sealed record Fingerprint(string Ja4) : ITlsFingerprintFeature;

#pragma warning disable SYSLIB0058 // The interface still has these.
    private sealed class Handshake : ITlsHandshakeFeature
    {
        public string HostName { get; init; } = "";

        public System.Security.Authentication.SslProtocols Protocol => default;

        System.Security.Authentication.CipherAlgorithmType ITlsHandshakeFeature.CipherAlgorithm => default;

        int ITlsHandshakeFeature.CipherStrength => default;

        System.Security.Authentication.HashAlgorithmType ITlsHandshakeFeature.HashAlgorithm => default;

        int ITlsHandshakeFeature.HashStrength => default;

        System.Security.Authentication.ExchangeAlgorithmType ITlsHandshakeFeature.KeyExchangeAlgorithm => default;

        int ITlsHandshakeFeature.KeyExchangeStrength => default;
    }
#pragma warning restore SYSLIB0058
}
