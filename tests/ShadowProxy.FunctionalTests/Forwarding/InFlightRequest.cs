using System.Buffers.Binary;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using ShadowProxy.FunctionalTests.Infrastructure;

namespace ShadowProxy.FunctionalTests.Forwarding;

/// <summary>A request as a client sends it, and what he makes of its answer.</summary>
internal sealed class InFlightRequest(Sent sent)
{
    public const string KeyHeader = "Idempotency-Key";

    public const string Cut = "cut";

    private const int Mebibyte = 1024 * 1024;
    private const int GrpcPrefixLength = 5;

    /// <summary>What stands in the body.</summary>
    public byte[] Body { get; } = Bytes(sent);

    private bool IsGrpc => sent == Sent.GrpcUnary;

    /// <summary>Sends it as a part of the visitor's flow.</summary>
    /// <param name="client">His connection.</param>
    /// <param name="session">His session.</param>
    /// <param name="id">What it is counted by.</param>
    /// <param name="begins">Called when the answer begins.</param>
    /// <returns>Whose answer it was, where it is whole; <see cref="Cut"/> where it is not; else the status; and what <c>Proxy-Status</c> says.</returns>
    public async Task<(string Answer, string? ProxyStatus)> SendAsync(HttpClient client, string session, string id, Action begins)
    {
        using var request = Make(client.DefaultRequestVersion);
        request.Headers.TryAddWithoutValidation("Cookie", $"{Visitor.Cookie}={session}");
        request.Headers.TryAddWithoutValidation(TestBackend.IdHeader, id);
        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        begins();
        var proxyStatus = response.Headers.TryGetValues("Proxy-Status", out var values) ? Assert.Single(values) : null;
        if (response.StatusCode != HttpStatusCode.OK)
            return ($"{(int)response.StatusCode}", proxyStatus);
        var node = Assert.Single(response.Headers.GetValues(FaultyNode.NodeHeader));
        return (await IsWholeAsync(response, node) ? node : Cut, proxyStatus);
    }

    private async Task<bool> IsWholeAsync(HttpResponseMessage response, string node)
    {
        try
        {
            var body = await response.Content.ReadAsByteArrayAsync();
            if (IsGrpc)
                Assert.Equal("0", Assert.Single(response.TrailingHeaders.GetValues("grpc-status")));
            Assert.Equal(sent == Sent.Head ? "" : node, Encoding.ASCII.GetString(IsGrpc ? body[GrpcPrefixLength..] : body));
            return true;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private HttpRequestMessage Make(Version version)
    {
        var method = sent switch
        {
            Sent.Get => HttpMethod.Get,
            Sent.Head => HttpMethod.Head,
            Sent.Delete => HttpMethod.Delete,
            Sent.Put or Sent.PutOf1MB or Sent.ChunkedPut => HttpMethod.Put,
            _ => HttpMethod.Post,
        };
        var request = new HttpRequestMessage(method, "/")
        {
            Version = version,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = Body.Length == 0 ? null : sent == Sent.ChunkedPut ? new PiecesContent(Body) : new ByteArrayContent(Body),
        };
        if (sent == Sent.PostWithKey)
            request.Headers.Add(KeyHeader, "once");
        if (sent == Sent.PostExpect100Continue)
            request.Headers.ExpectContinue = true;
        if (IsGrpc)
        {
            request.Headers.TE.ParseAdd("trailers");
            request.Content!.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        }

        return request;
    }

    private static byte[] Bytes(Sent sent)
    {
        var length = sent switch
        {
            Sent.Get or Sent.Head or Sent.Delete or Sent.BodilessPost => 0,
            Sent.PutOf1MB => Mebibyte,
            // So much that SocketsHttpHandler does not send it to who refuses it.
            Sent.PostExpect100Continue => 10_000,
            _ => 1000,
        };
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        if (sent == Sent.GrpcUnary)
        {
            bytes[0] = 0;
            BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(1), length - GrpcPrefixLength);
        }

        return bytes;
    }

    /// <summary>A body whose length is not told.</summary>
    private sealed class PiecesContent(byte[] bytes) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            foreach (var piece in bytes.Chunk(300))
            {
                await stream.WriteAsync(piece);
                await stream.FlushAsync();
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
