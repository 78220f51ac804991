using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using ShadowProxy.NodeAgent;

namespace ShadowProxy.Lab.Backends;

/// <summary>
/// A small web service that reports its load and falls ill by script. Any path answers 200 with its name, the path and the
/// session as JSON; <c>/health</c> is 200 while it lives, whatever its faults; <c>/bytes/N</c>, <c>/echo</c>, <c>/stream</c> (SSE) and
/// <c>/ws</c> (WebSocket echo) are for tests of what a proxy must not harm.
/// </summary>
public static class SampleBackend
{
    private static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(2);

    /// <summary>Builds the application; nothing listens before it is started.</summary>
    /// <param name="options">How it runs.</param>
    /// <param name="output">Where each executed POST is said, as a line <c>work ID</c>; written synchronously.</param>
    /// <param name="time">Clock; left out: the system's.</param>
    /// <param name="crash">Ends the process when the script says so; left out: kills the current process.</param>
    public static WebApplication Build(SampleBackendOptions options, TextWriter output, TimeProvider? time = null, Action? crash = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(output);
        time ??= TimeProvider.System;
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = null;
            var protocol = options.Http2 ? HttpProtocols.Http2 : HttpProtocols.Http1;
            kestrel.Listen(options.Address, options.Port, endpoint => endpoint.Protocols = protocol);
        });
        builder.Services.AddRouting();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = ShutdownTimeout);
        builder.Services.AddSingleton<IHostLifetime, NoHostLifetime>();
        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton(time);
        builder.Services.AddSingleton(TextWriter.Synchronized(output));
        builder.Services.AddSingleton(_ => new FaultClock(time, options.Seed, crash ?? KillCurrentProcess));
        builder.Services.AddSingleton<ScriptedLoad>();
        builder.Services.AddSingleton<ILoadSource>(provider => provider.GetRequiredService<ScriptedLoad>());
        builder.Services.AddSingleton<IAgentCheckRule>(new AgentCheckRule(time));
        builder.Services.AddNodeAgent(agent =>
        {
            agent.AgentCheckPort = options.AgentPort;
            agent.DrainOnShutdown = options.DrainTimeout > TimeSpan.Zero;
            agent.DrainTimeout = options.DrainTimeout;
        });

        var app = builder.Build();
        app.UseNodeAgent();
        app.UseWhen(context => context.Request.Path != "/health", branch =>
        {
            branch.UseMiddleware<SessionMiddleware>();
            branch.UseMiddleware<WorkMiddleware>();
            branch.UseMiddleware<FaultMiddleware>();
        });
        app.UseWebSockets();
        app.MapGet("/health", () => TypedResults.Text("Healthy"));
        app.MapSampleEndpoints();
        return app;
    }

    /// <summary>Starts the fault clock of a backend that runs in this process.</summary>
    /// <exception cref="ArgumentException">The scenario is unknown.</exception>
    public static void StartScenario(this WebApplication backend, StartCommand command)
    {
        ArgumentNullException.ThrowIfNull(backend);
        ArgumentNullException.ThrowIfNull(command);
        var script = command.Script() ?? throw new ArgumentException($"No scenario '{command.Scenario}'.", nameof(command));
        var seed = unchecked((command.Seed * 31) + command.Index);
        backend.Services.GetRequiredService<FaultClock>().Start(script, command.FairRps, seed, command.Elapsed);
    }

    /// <summary>Leaves signals to whoever runs the backend: it may be one of several in a process.</summary>
    private sealed class NoHostLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }

    private static void KillCurrentProcess()
    {
        using var process = Process.GetCurrentProcess();
        process.Kill();
    }
}
