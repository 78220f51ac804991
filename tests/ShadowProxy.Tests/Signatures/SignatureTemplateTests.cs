using System.Collections.Frozen;
using CsCheck;
using ShadowProxy.Signatures;

namespace ShadowProxy.Tests.Signatures;

public class SignatureTemplateTests
{
    private static readonly SignatureKey Key = SignatureKey.FromText("a key for tests");

    [Theory]
    [InlineData("connection", "connection")]
    [InlineData(" cookie:sid|header:X-Tenant+http.host ", "cookie:sid | header:X-Tenant + http.host")]
    [InlineData("client.address/24 + client.port", "client.address/24 + client.port")]
    [InlineData("client.address | local.port + tls.sni", "client.address | local.port + tls.sni")]
    [InlineData("tls.ja4+client.address/24", "tls.ja4 + client.address/24")]
    [InlineData("http.path:2 | http.path | query:user.id", "http.path:2 | http.path | query:user.id")]
    [InlineData("route + cookie:sid | http.method + client.address", "route + cookie:sid | http.method + client.address")]
    public void TryParse_Template_ReadsItAndWritesItCanonically(string text, string canonical)
    {
        var template = Parse(text);

        Assert.Equal(canonical, template.ToString());
        Assert.Equal(canonical, Parse(canonical).ToString());
    }

    [Theory]
    [InlineData("", "a component is missing", "at character 1")]
    [InlineData("cookie:a | ", "a component is missing", "at character 12")]
    [InlineData("cookie:a + | connection", "a component is missing")]
    [InlineData("cookie", "'cookie' needs a name; cookie:NAME would be right", "at character 1")]
    [InlineData("connection:1", "'connection' takes no argument, but '1' follows it")]
    [InlineData("connecton", "'connecton' is no component; 'connection' may be meant")]
    [InlineData("cookie:a | Header:X", "'Header' is no component; 'header:NAME' may be meant", "at character 12")]
    [InlineData("user", "'user' is no component; one of connection, client.address")]
    [InlineData("tls.ja4:1", "'tls.ja4' takes no argument")]
    [InlineData("client.address/129", "'129' is no number from 0 to 128")]
    [InlineData("client.address:24", "client.address/BITS")]
    [InlineData("http.path:0", "'0' is no number from 1 to 32")]
    [InlineData("http.path:+2", "'' is no number")]
    [InlineData("cookie:a b", "'a b' is no name")]
    [InlineData("connection | cookie:a", "'connection' is present in every request", "put it last")]
    public void TryParse_Mistake_SaysWhatStandsWhereAndWhatWouldBeRight(string text, params string[] parts)
    {
        Assert.False(SignatureTemplate.TryParse(text, out var template, out var error));

        Assert.Null(template);
        Assert.All(parts, part => Assert.Contains(part, error));
    }

    [Fact]
    public void TryParse_AnyText_ReadsItOrSaysWhyNot() => Gen.String.Sample(text =>
        SignatureTemplate.TryParse(text, out var template, out var error) ? template is not null && error is null : error?.Length > 0);

    [Fact]
    public void Compute_SeveralAlternativesPresent_TakesTheFirst()
    {
        var template = Parse("cookie:a | header:b + query:c | client.address");

        Assert.Equal(0, Compute(template, out var first, ("cookie:a", "1"), ("header:b", "2"), ("query:c", "3")));
        Assert.Equal(1, Compute(template, out var joined, ("header:b", "2"), ("query:c", "3"), ("client.address", "4")));
        Assert.Equal(2, Compute(template, out var last, ("header:b", "2"), ("client.address", "4")));
        Assert.Equal(3, new HashSet<Signature> { first, joined, last }.Count);
    }

    [Fact]
    public void Compute_NothingPresent_FallsBackToTheConnection()
    {
        var alternative = Compute(Parse("cookie:a"), out var fallback, ("connection", "c1"));

        Assert.Equal(-1, alternative);
        Assert.Equal(0, Compute(Parse("connection"), out var connection, ("connection", "c1")));
        Assert.Equal(connection, fallback);
    }

    [Fact]
    public void Compute_SameComponentInAnotherTemplate_GivesTheSameSignature()
    {
        Compute(Parse("cookie:sid | connection"), out var here, ("cookie:sid", "x"));
        Compute(Parse("header:Authorization | query:q + route | cookie:sid"), out var there, ("cookie:sid", "x"));

        Assert.Equal(here, there);
    }

    [Fact]
    public void Compute_SameHeaderInOtherCase_GivesTheSameSignature()
    {
        Compute(Parse("header:X-Tenant"), out var mixed, ("header:X-Tenant", "x"));
        Compute(Parse("header:x-tenant"), out var lower, ("header:x-tenant", "x"));

        Assert.Equal(mixed, lower);
    }

    [Theory]
    [InlineData("cookie:a", "header:a")]
    [InlineData("cookie:a", "cookie:A")]
    [InlineData("cookie:a", "cookie:a + http.method")]
    [InlineData("client.address", "client.address/24")]
    public void Compute_SameValueOfOtherComponents_GivesOtherSignatures(string left, string right)
    {
        (string, string)[] facts =
        [
            ("cookie:a", "x"), ("header:a", "x"), ("cookie:A", "x"), ("http.method", ""), ("client.address", "x"), ("client.address/24", "x"),
        ];

        Compute(Parse(left), out var one, facts);
        Compute(Parse(right), out var other, facts);

        Assert.NotEqual(one, other);
    }

    [Fact]
    public void Compute_JoinedValues_AreToldApartWhereverTheyAreCut()
    {
        var template = Parse("cookie:a + cookie:b");
        Gen.Select(Gen.String[1, 12], Gen.Int[0, 12], Gen.Int[0, 12]).Where((text, i, j) => i < j && j <= text.Length)
            .Sample((text, i, j) =>
            {
                Compute(template, out var one, ("cookie:a", text[..i]), ("cookie:b", text[i..]));
                Compute(template, out var other, ("cookie:a", text[..j]), ("cookie:b", text[j..]));
                return one != other;
            });
    }

    [Fact]
    public void Compute_OtherScopeOrKey_GivesOtherSignatures()
    {
        var facts = new TestFacts(("connection", "1"));
        SignatureTemplate.Default.Compute(ref facts, Key, 1, out var signature);
        SignatureTemplate.Default.Compute(ref facts, Key, 2, out var otherScope);
        SignatureTemplate.Default.Compute(ref facts, SignatureKey.Generate(), 1, out var otherKey);

        Assert.Equal(3, new HashSet<Signature> { signature, otherScope, otherKey }.Count);
    }

    [Fact]
    public void IsConnection_Alternative_HoldsWhereNothingElseIsNamed()
    {
        var template = Parse("cookie:a | client.address + tls.sni | client.address + http.host | connection");

        Assert.Equal([true, false, true, false, true], Enumerable.Range(-1, 5).Select(template.IsConnection));
    }

    [Fact]
    public void NamesCookie_Name_HoldsForThoseOfTheTemplate()
    {
        var template = Parse("cookie:a + cookie:b | header:c | cookie:d");

        Assert.True(template.HasCookies);
        Assert.All(["a", "b", "d"], name => Assert.True(template.NamesCookie(name)));
        Assert.All(["A", "c", "", "ab"], name => Assert.False(template.NamesCookie(name)));
        Assert.True(template.NamesCookie(2, "d"));
        Assert.False(template.NamesCookie(0, "d"));
        Assert.False(template.NamesCookie(-1, "d"));
        Assert.False(Parse("header:a").HasCookies);
    }

    [Fact]
    public void Default_Template_IsWhatTheDocumentationSays() => Assert.Equal(
        "cookie:.AspNetCore.Session | cookie:ASP.NET_SessionId | cookie:JSESSIONID | cookie:PHPSESSID | cookie:connect.sid | "
        + "cookie:laravel_session | cookie:sessionid | cookie:session_id | cookie:SESSION | cookie:sid | cookie:session | "
        + "header:Authorization | connection",
        SignatureTemplate.Default.ToString());

    private static SignatureTemplate Parse(string text)
    {
        Assert.True(SignatureTemplate.TryParse(text, out var template, out var error), error);
        return template;
    }

    private static int Compute(SignatureTemplate template, out Signature signature, params (string, string)[] present)
    {
        var facts = new TestFacts(present);
        return template.Compute(ref facts, Key, 1, out signature);
    }

    private readonly struct TestFacts(params (string Component, string Value)[] present) : IFlowFacts
    {
        public int FindFirstCookie(FrozenDictionary<string, int> names, int none) => 0;

        public bool TryAppend(in SignatureComponent component, ref SipHash128 hash)
        {
            foreach (var (name, value) in present)
            {
                if (name != component.ToString())
                    continue;
                hash.Append(value);
                return true;
            }
            return component.Kind == ComponentKind.Connection;
        }
    }
}
