using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
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
    private readonly ConcurrentDictionary<TimeSpan, ResiliencePipeline> _pipelines = new();

    /// <summary>Probes a node once.</summary>
    /// <param name="address">The node's address, http or https.</param>
    /// <param name="path">What to GET, below the address; null for a TCP connect alone.</param>
    /// <param name="acceptAnyCertificate">Whether a certificate that cannot be verified will do.</param>
    /// <param name="timeout">The time for the whole probe; 10 ms to 24 h.</param>
    /// <param name="cancellation">Ends the probe without a result.</param>
    /// <returns>What was found; a node that does not live is no exception.</returns>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    public async Task<ProbeResult> ProbeAsync(
        Uri address, string? path, bool acceptAnyCertificate, TimeSpan timeout, CancellationToken cancellation)
    {
        var start = time.GetTimestamp();
        long? connected = null;
        try
        {
            var error = await PipelineOf(timeout).ExecuteAsync(Probe, cancellation);
            return Result(error);
        }
        catch (TimeoutRejectedException)
        {
            return Result($"no {(connected is null ? "connection" : "answer")} within {timeout.TotalMilliseconds:0} ms");
        }
        catch (SocketException exception)
        {
            return Result(exception.Message, exception.SocketErrorCode == SocketError.ConnectionRefused);
        }
        catch (HttpRequestException exception)
        {
            return Result((exception.InnerException ?? exception).Message);
        }

        async ValueTask<string?> Probe(CancellationToken token)
        {
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(EndPointOf(address), token);
            connected = time.GetTimestamp();
            return path is null ? null : await AskAsync(socket, Join(address, path), acceptAnyCertificate, token);
        }

        ProbeResult Result(string? error, bool refused = false)
        {
            var end = time.GetTimestamp();
            var answered = path is null || connected is null ? TimeSpan.Zero : time.GetElapsedTime(connected.Value, end);
            return new(error is null, time.GetElapsedTime(start, connected ?? end), answered, error, refused);
        }
    }

    private static EndPoint EndPointOf(Uri address) => IPAddress.TryParse(address.IdnHost, out var ip)
        ? new IPEndPoint(ip, address.Port)
        : new DnsEndPoint(address.IdnHost, address.Port);

    // The stream owns the socket: a read that is cancelled ends only when the socket closes under it.
    private static async Task<string?> AskAsync(Socket socket, Uri uri, bool acceptAnyCertificate, CancellationToken cancellation)
    {
        using var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            ConnectCallback = (_, _) => ValueTask.FromResult<Stream>(new NetworkStream(socket, ownsSocket: true)),
        };
        handler.SslOptions.RemoteCertificateValidationCallback =
            (_, _, _, errors) => acceptAnyCertificate || errors == SslPolicyErrors.None;
        using var client = new HttpMessageInvoker(handler);
        using var request = new HttpRequestMessage(HttpMethod.Get, uri);
        request.Headers.ConnectionClose = true;
        request.Headers.UserAgent.ParseAdd("ShadowProxy");
        using var response = await client.SendAsync(request, cancellation);
        return response.IsSuccessStatusCode ? null : $"answered {(int)response.StatusCode}";
    }

    private static Uri Join(Uri address, string path) =>
        new($"{address.GetLeftPart(UriPartial.Path).TrimEnd('/')}/{path.TrimStart('/')}");

    private ResiliencePipeline PipelineOf(TimeSpan timeout) => _pipelines.GetOrAdd(
        timeout, static (timeout, time) => new ResiliencePipelineBuilder { TimeProvider = time }.AddTimeout(timeout).Build(), time);
}
