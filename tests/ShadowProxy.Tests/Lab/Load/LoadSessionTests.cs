using ShadowProxy.Lab.Load;

namespace ShadowProxy.Tests.Lab.Load;

public sealed class LoadSessionTests
{
    private readonly LoadSession _session = new();

    [Fact]
    public void Learn_CookiesSet_AreSentBackTogether()
    {
        Assert.Null(_session.CookieHeader);

        Answer("a", null, "sid=1; path=/; httponly", "affinity=x");
        Answer("a", "affinity=x; sid=1", "affinity=y; path=/");

        Assert.Equal("affinity=y; sid=1", _session.CookieHeader);
    }

    [Fact]
    public void Learn_TwoAnswersInARowOfAnotherBackend_AreAMove()
    {
        Assert.False(Answer("a", null, "sid=1"));
        Assert.False(Answer("a", "sid=1"));
        Assert.False(Answer("b", "sid=1"));
        Assert.True(Answer("b", "sid=1"));
        Assert.False(Answer("b", "sid=1"));
    }

    [Fact]
    public void Learn_OneAnswerOfAnotherBackend_IsStray()
    {
        Answer("a", null, "sid=1");

        Assert.Equal(new SessionAnswer("b", Left: null, IsStray: true), Learn("b", "sid=1"));
        Assert.Equal(new SessionAnswer("a", Left: null, IsStray: false), Learn("a", "sid=1"));
    }

    [Fact]
    public void Learn_MoveThatSetsACookie_IsAMove()
    {
        Answer("a", null, "sid=1");
        Answer("b", "sid=1", "affinity=b");

        Assert.True(Answer("b", "affinity=b; sid=1"));
    }

    [Fact]
    public void Learn_RequestFromBeforeTheCookie_IsNoMove()
    {
        Answer("a", null, "sid=1");

        Assert.False(Answer("b", null, "sid=2"));
    }

    [Fact]
    public void Learn_RequestFromBeforeTheCookieBringsAnother_SessionGoesOnThere()
    {
        Answer("a", null, "sid=1");
        Answer("b", null, "sid=2");

        Assert.False(Answer("b", "sid=2"));
        Answer("a", "sid=2");
        Assert.True(Answer("a", "sid=2"));
    }

    [Fact]
    public void Learn_NoCookieEver_IsNoMove()
    {
        Answer("a", null);

        Assert.False(Answer("b", null));
    }

    private bool Answer(string backend, string? sentCookies, params string[] setCookies) => Learn(backend, sentCookies, setCookies).Left is not null;

    private SessionAnswer Learn(string backend, string? sentCookies, params string[] setCookies)
    {
        using var response = new HttpResponseMessage();
        response.Headers.Add("X-Backend", backend);
        response.Headers.Add("Set-Cookie", setCookies);
        return _session.Learn(response, sentCookies);
    }
}
