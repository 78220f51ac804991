using Microsoft.AspNetCore.Http;
using ShadowProxy.Forwarding;
using ShadowProxy.Signatures;

namespace ShadowProxy.Tests.Signatures;

public class LearnedFlowFactsTests
{
    private static readonly SignatureKey Key = SignatureKey.FromText("a key for tests");

    private static readonly DateTimeOffset Now = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly SignatureTemplate _template = Parse("cookie:first | cookie:sid | connection");

    [Theory]
    [InlineData("sid=new")]
    [InlineData("sid=new; Path=/; HttpOnly; Secure; SameSite=Lax")]
    [InlineData("sid=\"new\"; Max-Age=60; Expires=Thu, 01 Jan 1970 00:00:00 GMT")]
    [InlineData("sid=new; Expires=Fri, 01 May 2026 12:00:01 GMT")]
    [InlineData("sid=new; expires=Fri, 01-May-2026 12:00:01 GMT")]
    [InlineData("sid=new; Max-Age=rubbish; Expires=rubbish")]
    [InlineData("sid=old; Path=/", "sid=new; Path=/")]
    [InlineData("other=1", "sid=new")]
    public void TryCompute_CookieSet_GivesTheSignatureOfTheNextRequest(params string[] setCookies)
    {
        Assert.True(TryCompute("", out var learned, setCookies));
        Assert.Equal(SignatureOf("sid=new"), learned);
        Assert.True(TryCompute("sid=before; x=y", out learned, setCookies));
        Assert.Equal(SignatureOf("sid=new"), learned);
    }

    [Theory]
    [InlineData("sid=")]
    [InlineData("sid=\"\"; Path=/")]
    [InlineData("sid=x; Max-Age=0")]
    [InlineData("sid=x; max-age=-1; Expires=Fri, 01 May 2126 12:00:00 GMT")]
    [InlineData("sid=x; Expires=Thu, 01 Jan 1970 00:00:00 GMT")]
    [InlineData("sid=x; Expires=Fri, 01 May 2026 12:00:00 GMT")]
    [InlineData("other=1")]
    [InlineData("SID=1")]
    [InlineData("sid")]
    [InlineData("")]
    public void TryCompute_CookieDeletedOrOther_GivesNone(string setCookie)
    {
        Assert.False(TryCompute("sid=before", out _, setCookie));
        Assert.False(TryCompute("", out _, setCookie));
    }

    [Fact]
    public void TryCompute_NoSetCookie_GivesNone() => Assert.False(TryCompute("sid=before", out _));

    [Fact]
    public void TryCompute_SetCookieThatAnotherOutranks_GivesNone() => Assert.False(TryCompute("first=1", out _, "sid=new"));

    [Fact]
    public void TryCompute_HigherCookieDeletedAndLowerKept_GivesNone() => Assert.False(TryCompute("first=1; sid=2", out _, "first=; Max-Age=0"));

    [Fact]
    public void TryCompute_Join_TakesTheOtherFactsFromTheRequest()
    {
        var template = Parse("cookie:sid + cookie:tenant");

        Assert.True(TryCompute(template, "tenant=t", out var learned, "sid=new"));
        Assert.Equal(SignatureOf(template, "sid=new; tenant=t"), learned);
        Assert.False(TryCompute(template, "", out _, "sid=new"));
    }

    [Fact]
    public void TryCompute_TemplateWithoutCookies_GivesNone() =>
        Assert.False(TryCompute(Parse("header:Authorization"), "", out _, "sid=new"));

    private static SignatureTemplate Parse(string text)
    {
        Assert.True(SignatureTemplate.TryParse(text, out var template, out var error), error);
        return template;
    }

    private bool TryCompute(string cookie, out Signature learned, params string[] setCookies) =>
        TryCompute(_template, cookie, out learned, setCookies);

    private static bool TryCompute(SignatureTemplate template, string cookie, out Signature learned, params string[] setCookies)
    {
        using var response = new HttpResponseMessage();
        foreach (var header in setCookies)
            Assert.True(response.Headers.TryAddWithoutValidation("Set-Cookie", header));
        return LearnedFlowFacts.TryCompute(template, Facts(cookie), response, Now, Key, 1, out learned);
    }

    private Signature SignatureOf(string cookie) => SignatureOf(_template, cookie);

    private static Signature SignatureOf(SignatureTemplate template, string cookie)
    {
        var facts = Facts(cookie);
        template.Compute(ref facts, Key, 1, out var signature);
        return signature;
    }

    private static HttpFlowFacts Facts(string cookie)
    {
        var context = new DefaultHttpContext();
        context.Request.Headers.Cookie = cookie;
        return new HttpFlowFacts(context, "route1");
    }
}
