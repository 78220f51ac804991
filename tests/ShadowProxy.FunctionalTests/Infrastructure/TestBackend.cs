using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ShadowProxy.FunctionalTests.Infrastructure;

/// <summary>A backend on a real loopback port. It counts what reaches it, all in all and by the request header <see cref="IdHeader"/>.</summary>
internal sealed class TestBackend : IAsyncDisposable
{
    /// <summary>A request header by which requests are counted apart.</summary>
    public const string IdHeader = "X-Test-Id";

    private readonly LoopbackListener _listener;
    private readonly ConcurrentDictionary<string, int> _byId = new();
    private readonly WebApplication _app;
    private int _requests;

    private TestBackend(LoopbackListener listener, Action<IServiceCollection>? services)
    {
        _listener = listener;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(5));
        services?.Invoke(builder.Services);
        listener.Configure(builder);
        _app = builder.Build();
        _app.Use(CountAsync);
    }

    /// <summary>Where it listens; stays readable after it was stopped.</summary>
    public Uri Address { get; private set; } = null!;

    /// <summary>How many requests reached it.</summary>
    public int Requests => _requests;

    /// <summary>How many connections it accepted.</summary>
    public int Connections => _listener.Accepted;

    /// <summary>How many requests with this <see cref="IdHeader"/> reached it.</summary>
    public int RequestsOf(string id) => _byId.GetValueOrDefault(id);

    /// <summary>Starts a backend that answers everything with <paramref name="handler"/>.</summary>
    public static Task<TestBackend> StartAsync(RequestDelegate handler, LoopbackListener? listener = null) =>
        StartAsync(app => app.Run(handler), listener);

    /// <summary>Starts a backend with endpoints and services of its own.</summary>
    public static async Task<TestBackend> StartAsync(
        Action<WebApplication> configure, LoopbackListener? listener = null, Action<IServiceCollection>? services = null)
    {
        var backend = new TestBackend(listener ?? new LoopbackListener(), services);
        configure(backend._app);
        await backend._app.StartAsync();
        backend.Address = new Uri(backend._app.Urls.Single());
        return backend;
    }

    /// <summary>Starts another backend on the port of this stopped one.</summary>
    public Task<TestBackend> RestartAsync(RequestDelegate handler) => StartAsync(
        handler, new LoopbackListener { Port = Address.Port, Protocols = _listener.Protocols, Tls = _listener.Tls });

    /// <summary>Ends in order: accepts nothing more and finishes its requests.</summary>
    public Task StopAsync() => _app.StopAsync();

    /// <summary>Ends as a killed process does: the port is closed and each connection reset.</summary>
    public async Task AbortAsync()
    {
        var stopped = _app.StopAsync(new CancellationToken(canceled: true));
        _listener.Abort();
        await stopped;
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Abort();
        await _app.DisposeAsync();
    }

    private Task CountAsync(HttpContext context, RequestDelegate next)
    {
        Interlocked.Increment(ref _requests);
        if (context.Request.Headers[IdHeader].ToString() is { Length: > 0 } id)
            _byId.AddOrUpdate(id, 1, (_, count) => count + 1);
        return next(context);
    }
}
