using BenchmarkDotNet.Attributes;
using Microsoft.AspNetCore.Http;
using ShadowProxy.Forwarding;
using ShadowProxy.Signatures;

namespace ShadowProxy.Benchmarks.Micro;

/// <summary>The default template over requests that name their flow early, late, or not at all.</summary>
public class SignatureTemplateBenchmarks
{
    private readonly SignatureKey _key = SignatureKey.FromText("a secret of some length");
    private HttpContext _context = new DefaultHttpContext();

    /// <summary>The request's Cookie header; none where empty.</summary>
    [Params("", "JSESSIONID=7f3a9c2e41d84b6f", "theme=dark; consent=all; _ga=GA1.1.1234567890.1700000000; sid=7f3a9c2e41d84b6f")]
    public string Cookies { get; set; } = "";

    [GlobalSetup]
    public void MakeRequest()
    {
        _context = new DefaultHttpContext { Connection = { Id = "0HN7Q2K1B9T3A" } };
        if (Cookies.Length > 0)
            _context.Request.Headers.Cookie = Cookies;
    }

    [Benchmark]
    public int Default()
    {
        var facts = new HttpFlowFacts(_context, "all");
        return SignatureTemplate.Default.Compute(ref facts, in _key, 1, out _);
    }
}
