using System.Security.Cryptography;

namespace ShadowProxy.FunctionalTests.PassThrough;

/// <summary>A long body that is the same each time and nowhere held in memory.</summary>
internal static class PatternedBytes
{
    private const int ChunkLength = 64 * 1024;

    /// <summary>Writes the body and returns its SHA-256.</summary>
    public static async Task<byte[]> WriteAsync(Stream stream, long length, CancellationToken cancellation)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var random = new Random(1);
        var chunk = new byte[ChunkLength];
        for (var left = length; left > 0; left -= ChunkLength)
        {
            random.NextBytes(chunk);
            var part = chunk.AsMemory(0, (int)Math.Min(left, ChunkLength));
            hash.AppendData(part.Span);
            await stream.WriteAsync(part, cancellation);
        }

        return hash.GetHashAndReset();
    }

    /// <summary>The SHA-256 of the body.</summary>
    public static Task<byte[]> HashAsync(long length) => WriteAsync(Stream.Null, length, CancellationToken.None);
}

/// <summary>Such a body to upload.</summary>
internal sealed class PatternedContent(long length, bool chunked) : HttpContent
{
    protected override Task SerializeToStreamAsync(Stream stream, System.Net.TransportContext? context) =>
        PatternedBytes.WriteAsync(stream, length, CancellationToken.None);

    protected override bool TryComputeLength(out long known)
    {
        known = length;
        return !chunked;
    }
}
