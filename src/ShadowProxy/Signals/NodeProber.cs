using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using Polly;
using Polly.Timeout;

namespace ShadowProxy.Signals;

/// <summary>
/// Asks nodes whether they live, over a connection of its own for each probe: a pool that requests have exhausted says nothing of the node.
/// Safe for all threads.
/// </summary>
/// <param name="time">The clock of time-outs and measurements.</param>
internal sealed class NodeProber(TimeProvider time)
{
    /// <summary>What follows in an answer is not read.</summary>
    public const int MostBodyBytes = 64 * 1024;

    private readonly ConcurrentDictionary<TimeSpan, ResiliencePipeline> _pipelines = new();

    /// <summary>Probes a node once.</summary>
    /// <param name="question">What it is asked.</param>
    /// <param name="cancellation">Ends the probe without a result.</param>
    /// <returns>What was found; a node that does not live is no exception.</returns>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    public async Task<ProbeResult> ProbeAsync(ProbeQuestion question, CancellationToken cancellation)
    {
        var start = time.GetTimestamp();
        long? connected = null, answered = null;
        try
        {
            var (error, degraded) = await PipelineOf(question.Timeout).ExecuteAsync(Probe, cancellation);
            return Result(error, degraded: degraded);
        }
        catch (TimeoutRejectedException)
        {
            var missing = connected is null ? "connection" : answered is null ? "answer" : "whole answer";
            return Result($"no {missing} within {question.Timeout.TotalMilliseconds:0} ms");
        }
        catch (SocketException exception)
        {
            return Result(exception.Message, exception.SocketErrorCode == SocketError.ConnectionRefused);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            return Result((exception.InnerException ?? exception).Message);
        }

        async ValueTask<(string? Error, bool Degraded)> Probe(CancellationToken token)
        {
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(EndPointOf(question.Address), token);
            connected = time.GetTimestamp();
            return question.Path is null ? (null, false) : await AskAsync(socket, question, question.Path, () => answered = time.GetTimestamp(), token);
        }

        ProbeResult Result(string? error, bool refused = false, bool degraded = false)
        {
            var end = time.GetTimestamp();
            var answerTime = question.Path is null || connected is null ? TimeSpan.Zero : time.GetElapsedTime(connected.Value, answered ?? end);
            return new(error is null, time.GetElapsedTime(start, connected ?? end), answerTime, error, refused, degraded);
        }
    }

    private static EndPoint EndPointOf(Uri address) => IPAddress.TryParse(address.IdnHost, out var ip)
        ? new IPEndPoint(ip, address.Port)
        : new DnsEndPoint(address.IdnHost, address.Port);

    // The stream owns the socket: a read that is cancelled ends only when the socket closes under it.
    private static async Task<(string? Error, bool Degraded)> AskAsync(
        Socket socket, ProbeQuestion question, string path, Action answered, CancellationToken cancellation)
    {
        using var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            ConnectCallback = (_, _) => ValueTask.FromResult<Stream>(new NetworkStream(socket, ownsSocket: true)),
        };
        handler.SslOptions.RemoteCertificateValidationCallback =
            (_, _, _, errors) => question.AcceptAnyCertificate || errors == SslPolicyErrors.None;
        using var client = new HttpMessageInvoker(handler);
        using var request = new HttpRequestMessage(HttpMethod.Get, Join(question.Address, path))
        {
            Version = question.Version,
            VersionPolicy = question.VersionPolicy,
        };
        request.Headers.ConnectionClose = true;
        request.Headers.UserAgent.ParseAdd("ShadowProxy");
        using var response = await client.SendAsync(request, cancellation);
        answered();
        return question.Statuses.Contains((int)response.StatusCode)
            ? Judge(await ReadAsync(response.Content, cancellation), question.Body)
            : ($"answered {(int)response.StatusCode}", false);
    }

    private static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpContent content, CancellationToken cancellation)
    {
        if (content.Headers.ContentLength == 0)
            return default;
        await using var stream = await content.ReadAsStreamAsync(cancellation);
        var body = new byte[(int)Math.Min(MostBodyBytes, content.Headers.ContentLength ?? MostBodyBytes)];
        return body.AsMemory(0, await stream.ReadAtLeastAsync(body, body.Length, throwOnEndOfStream: false, cancellation));
    }

    private static (string? Error, bool Degraded) Judge(ReadOnlyMemory<byte> body, string? expected)
    {
        if (expected is not null && body.Span.IndexOf(Encoding.UTF8.GetBytes(expected)) < 0)
            return ($"answered without '{expected}'", false);
        var word = HealthText.Read(body.Span);
        return word == HealthWord.Unhealthy ? ("answered Unhealthy", false) : (null, word == HealthWord.Degraded);
    }

    private static Uri Join(Uri address, string path) =>
        new($"{address.GetLeftPart(UriPartial.Path).TrimEnd('/')}/{path.TrimStart('/')}");

    private ResiliencePipeline PipelineOf(TimeSpan timeout) => _pipelines.GetOrAdd(
        timeout, static (timeout, time) => new ResiliencePipelineBuilder { TimeProvider = time }.AddTimeout(timeout).Build(), time);
}
