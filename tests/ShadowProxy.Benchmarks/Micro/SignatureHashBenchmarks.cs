using System.Security.Cryptography;
using BenchmarkDotNet.Attributes;
using ShadowProxy.Signatures;

namespace ShadowProxy.Benchmarks.Micro;

/// <summary>The two candidates for the keyed hash behind signatures, each cut to 128 bits.</summary>
public class SignatureHashBenchmarks
{
    private readonly byte[] _secret = new byte[16];
    private readonly SignatureKey _key = SignatureKey.FromText("a secret of some length");
    private byte[] _input = [];

    /// <summary>Bytes hashed: a connection id, a session id, a bearer token.</summary>
    [Params(32, 96, 1024)]
    public int Length { get; set; }

    [GlobalSetup]
    public void Fill() => new Random(1).NextBytes(_input = new byte[Length]);

    [Benchmark(Baseline = true)]
    public Signature SipHash24()
    {
        var hash = new SipHash128(in _key);
        hash.Append(_input);
        return hash.Finish();
    }

    [Benchmark]
    public Signature HmacSha256()
    {
        Span<byte> mac = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(_secret, _input, mac);
        return Signature.Read(mac);
    }
}
