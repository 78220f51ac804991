using ShadowProxy.Forwarding.Hedging;

namespace ShadowProxy.Tests.Forwarding.Hedging;

public sealed class RequestCopyTests
{
    [Theory]
    [InlineData("http://a:1/x?q=%20", "http://a:1/", "http://b:2/", "http://b:2/x?q=%20")]
    [InlineData("http://a:1/base/x", "http://a:1/base", "https://b/other/", "https://b/other/x")]
    [InlineData("http://a:1", "http://a:1/", "http://b:2", "http://b:2/")]
    public void TryMake_OtherNode_KeepsPathQueryAndHeaders(string uri, string from, string to, string expected)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, uri) { Version = new Version(2, 0), VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        request.Headers.TryAddWithoutValidation("X-Many", ["1", "2"]);
        request.Headers.Host = "public.example";

        Assert.True(RequestCopy.TryMake(request, from, to, body: null, out var copy));

        Assert.Equal(new Uri(expected), copy.RequestUri);
        Assert.Equal((request.Method, request.Version, request.VersionPolicy), (copy.Method, copy.Version, copy.VersionPolicy));
        Assert.Equal(["1", "2"], copy.Headers.GetValues("X-Many"));
        Assert.Equal("public.example", copy.Headers.Host);
    }

    [Fact]
    public void TryMake_TransformSentItElsewhere_No()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "http://elsewhere/x");

        Assert.False(RequestCopy.TryMake(request, "http://a:1/", "http://b:2/", body: null, out _));
    }
}
