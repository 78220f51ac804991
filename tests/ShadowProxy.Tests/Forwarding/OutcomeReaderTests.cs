using System.Net.Sockets;
using Microsoft.AspNetCore.Http;
using ShadowProxy.Forwarding;
using Yarp.ReverseProxy.Forwarder;

namespace ShadowProxy.Tests.Forwarding;

public sealed class OutcomeReaderTests
{
    private static readonly OperationCanceledException ConnectTimeout = new("", new TimeoutException());

    public static TheoryData<ForwarderError, string, string> Failures { get; } = new()
    {
        { ForwarderError.Request, "refused", "ConnectRefused" },
        { ForwarderError.Request, "unreachable", "ConnectFailed" },
        { ForwarderError.Request, "name", "ConnectFailed" },
        { ForwarderError.Request, "tls", "ConnectFailed" },
        { ForwarderError.Request, "ended", "Broken" },
        { ForwarderError.Request, "connect-timeout", "ConnectFailed" },
        { ForwarderError.Request, "io", "Broken" },
        { ForwarderError.Request, "", "Broken" },
        { ForwarderError.RequestTimedOut, "", "TimedOut" },
        { ForwarderError.RequestTimedOut, "connect-timeout", "ConnectFailed" },
        { ForwarderError.RequestCanceled, "", "TimedOut" },
        { ForwarderError.RequestCanceled, "client-left", "Abandoned" },
        { ForwarderError.RequestBodyClient, "", "Abandoned" },
        { ForwarderError.RequestBodyDestination, "", "Broken" },
        { ForwarderError.ResponseHeaders, "", "Broken" },
        { ForwarderError.ResponseBodyDestination, "", "Broken" },
        { ForwarderError.ResponseBodyClient, "", "Abandoned" },
        { ForwarderError.UpgradeActivityTimeout, "", "Answered" },
        { ForwarderError.UpgradeResponseDestination, "", "Answered" },
        { ForwarderError.NoAvailableDestinations, "", "Abandoned" },
    };

    [Theory]
    [MemberData(nameof(Failures))]
    public void Read_Failure_IsItsOutcome(ForwarderError error, string cause, string expected)
    {
        var context = new DefaultHttpContext();
        if (cause == "client-left")
            context.RequestAborted = new CancellationToken(canceled: true);
        context.Features.Set<IForwarderErrorFeature>(new Failure(error, Cause(cause)));

        Assert.Equal(expected, OutcomeReader.Read(context, status: 0).ToString());
    }

    [Theory]
    [InlineData(200, "Answered")]
    [InlineData(404, "Answered")]
    [InlineData(429, "Answered")]
    [InlineData(499, "Answered")]
    [InlineData(500, "ServerError")]
    [InlineData(503, "ServerError")]
    public void Read_Status_OnlyThoseFrom500SpeakAgainstTheNode(int status, string expected)
    {
        var context = new DefaultHttpContext();

        Assert.Equal(expected, OutcomeReader.Read(context, status).ToString());
    }

    private static Exception? Cause(string cause) => cause switch
    {
        "refused" => new HttpRequestException(HttpRequestError.ConnectionError, "", new SocketException((int)SocketError.ConnectionRefused)),
        "unreachable" => new HttpRequestException(HttpRequestError.ConnectionError, "", new SocketException((int)SocketError.HostUnreachable)),
        "name" => new HttpRequestException(HttpRequestError.NameResolutionError),
        "tls" => new HttpRequestException(HttpRequestError.SecureConnectionError),
        "ended" => new HttpRequestException(HttpRequestError.ResponseEnded),
        "io" => new IOException("reset", new SocketException((int)SocketError.ConnectionReset)),
        "connect-timeout" => ConnectTimeout,
        _ => null,
    };

    private sealed record Failure(ForwarderError Error, Exception? Exception) : IForwarderErrorFeature;
}
