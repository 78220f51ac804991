using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using ShadowProxy.Forwarding;
using ShadowProxy.Forwarding.Hedging;
using ShadowProxy.Tests.Nodes;

namespace ShadowProxy.Tests.Forwarding.Hedging;

public sealed class HedgingInvokerTests : IDisposable
{
    private readonly TestEngine _engine = new();
    private readonly FakeLogger<HedgeRule> _logger = new();
    private readonly TaskCompletionSource<HttpResponseMessage> _answer = new();
    private readonly FlowContext _flow;
    private readonly StubHandler _node;

    public HedgingInvokerTests()
    {
        _node = new StubHandler(_answer.Task);
        var context = new DefaultHttpContext();
        context.Features.Set<IHttpRequestBodyDetectionFeature>(new NoBody());
        _flow = Flows.Of(context);
        _flow.Begin(_engine.SetNodes(2)[0], TimeProvider.System.GetTimestamp());
    }

    public void Dispose()
    {
        _node.Dispose();
        _engine.Dispose();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task SecondNodeCannotBeLookedFor_IsLoggedAndTheFirstAnswers(bool overdue)
    {
        using var client = new HttpMessageInvoker(_node);
        // Nothing can be asked for a node.
        var rule = new HedgeRule(router: null!, metrics: null!, _logger);
        using var invoker = new HedgingInvoker(client, _flow, rule, recorder: null!, TimeProvider.System);
        using var request = new HttpRequestMessage(HttpMethod.Get, "http://n0:80/");
        var sending = invoker.SendAsync(request, TestContext.Current.CancellationToken);

        if (overdue)
            invoker.OnOverdue();
        else
            invoker.OnNodeLost();

        Assert.Equal((LogLevel.Error, "shadowproxy.request.second_attempt_failed"), (_logger.LatestRecord.Level, _logger.LatestRecord.Id.Name));
        using var answer = new HttpResponseMessage();
        _answer.SetResult(answer);
        Assert.Same(answer, await sending);
        Assert.True(invoker.IsOver);
    }

    [Fact]
    public async Task OnOverdue_AfterTheAnswer_DoesNothing()
    {
        using var client = new HttpMessageInvoker(_node);
        using var invoker = new HedgingInvoker(client, _flow, new HedgeRule(null!, null!, _logger), recorder: null!, TimeProvider.System);
        using var request = new HttpRequestMessage(HttpMethod.Get, "http://n0:80/");
        using var answer = new HttpResponseMessage();
        _answer.SetResult(answer);
        await invoker.SendAsync(request, TestContext.Current.CancellationToken);

        invoker.OnOverdue();
        invoker.OnNodeLost();

        Assert.Equal((0, 1), (_logger.Collector.Count, _node.Requests));
    }

    private sealed class NoBody : IHttpRequestBodyDetectionFeature
    {
        public bool CanHaveBody => false;
    }

    private sealed class StubHandler(Task<HttpResponseMessage> answer) : HttpMessageHandler
    {
        public int Requests { get; private set; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Requests++;
            return answer;
        }
    }
}
