using Microsoft.AspNetCore.Http;
using ShadowProxy.FunctionalTests.Infrastructure;

namespace ShadowProxy.FunctionalTests.PassThrough;

/// <summary>One session, the proxy, one backend; HTTP/1.1 throughout.</summary>
internal sealed class Hop : IAsyncDisposable
{
    private Hop(TestBackend backend, TestProxy proxy)
    {
        Backend = backend;
        Proxy = proxy;
        Session = proxy.CreateSession();
    }

    public TestBackend Backend { get; }

    public TestProxy Proxy { get; }

    public TestSession Session { get; }

    public static async Task<Hop> StartAsync(RequestDelegate handler)
    {
        var backend = await TestBackend.StartAsync(handler);
        return new Hop(backend, await TestProxy.StartAsync(ProxyConfiguration.For(backend)));
    }

    public async ValueTask DisposeAsync()
    {
        Session.Dispose();
        await Proxy.DisposeAsync();
        await Backend.DisposeAsync();
    }
}
