using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using ShadowProxy.Forwarding;
using Yarp.ReverseProxy.Forwarder;

namespace ShadowProxy.Tests.Forwarding;

public sealed class ResponseResetTests
{
    [Fact]
    public void Apply_AfterAnAttempt_IsAsBeforeIt()
    {
        var context = new DefaultHttpContext();
        context.Response.Headers["X-Frame-Options"] = "DENY";
        context.Response.Headers["Via"] = new[] { "a", "b" };
        var reset = new ResponseReset(context.Response);

        context.Response.StatusCode = 503;
        context.Features.Get<IHttpResponseFeature>()!.ReasonPhrase = "Gone for lunch";
        context.Response.Headers["X-Frame-Options"] = "SAMEORIGIN";
        context.Response.Headers.Remove("Via");
        context.Response.Headers.ContentLength = 17;
        context.Response.Headers["X-Node"] = "sick";
        context.Features.Set<IForwarderErrorFeature>(new Failure());
        reset.Apply(context);

        Assert.Equal(200, context.Response.StatusCode);
        Assert.Null(context.Features.Get<IHttpResponseFeature>()!.ReasonPhrase);
        Assert.Null(context.Features.Get<IForwarderErrorFeature>());
        Assert.Equal(["Via", "X-Frame-Options"], context.Response.Headers.Keys.Order());
        Assert.Equal("DENY", context.Response.Headers["X-Frame-Options"]);
        Assert.Equal(["a", "b"], context.Response.Headers["Via"].ToArray());
    }

    [Fact]
    public void Apply_NothingBefore_IsEmpty()
    {
        var context = new DefaultHttpContext();
        var reset = new ResponseReset(context.Response);
        context.Response.Headers["X-Node"] = "sick";

        reset.Apply(context);

        Assert.Empty(context.Response.Headers);
    }

    private sealed class Failure : IForwarderErrorFeature
    {
        public ForwarderError Error => ForwarderError.Request;

        public Exception? Exception => null;
    }
}
