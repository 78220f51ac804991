using System.CommandLine;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Yarp.ReverseProxy.Configuration;

namespace ShadowProxy.Benchmarks.Cost;

/// <summary>What a child process of the benchmark serves.</summary>
internal enum Role
{
    /// <summary>Four fast backends.</summary>
    Backend,

    /// <summary>YARP as it comes.</summary>
    Plain,

    /// <summary>YARP with ShadowProxy.</summary>
    Shadow,
}

/// <summary><c>serve</c>: the child's side. Both proxies differ in nothing but ShadowProxy.</summary>
internal static class ServeCommand
{
    /// <summary>How many nodes the proxies have.</summary>
    public const int Nodes = 4;

    private static readonly byte[] Answer = new byte[1024];

    public static Command Create()
    {
        var role = new Argument<Role>("role");
        var backends = new Option<string[]>("--backend") { AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => [] };
        var reports = new Option<bool>("--reports");
        var command = new Command("serve", "A child process of `cost`.") { role, backends, reports };
        command.Hidden = true;
        command.SetAction(result =>
        {
            var app = result.GetValue(role) == Role.Backend
                ? BuildBackend(result.GetValue(reports))
                : BuildProxy(result.GetValue(backends)!, shadowing: result.GetValue(role) == Role.Shadow);
            return UsageProtocol.ServeAsync(app);
        });
        return command;
    }

    private static WebApplication BuildBackend(bool reports)
    {
        var app = CreateBuilder(Nodes).Build();
        app.Run(context =>
        {
            if (reports)
                context.Response.Headers["endpoint-load-metrics"] = "TEXT cpu_utilization=0.31,mem_utilization=0.42,rps_fractional=812.5,eps=0";
            context.Response.ContentLength = Answer.Length;
            return context.Response.Body.WriteAsync(Answer, 0, Answer.Length);
        });
        return app;
    }

    private static WebApplication BuildProxy(string[] backends, bool shadowing)
    {
        var builder = CreateBuilder(listeners: 1);
        var route = new RouteConfig { RouteId = "all", ClusterId = "nodes", Match = new RouteMatch { Path = "{**rest}" } };
        var cluster = new ClusterConfig
        {
            ClusterId = "nodes",
            Destinations = backends.Index().ToDictionary(
                node => $"n{node.Index}", node => new DestinationConfig { Address = node.Item }),
        };
        var proxy = builder.Services.AddReverseProxy().LoadFromMemory([route], [cluster]);
        if (shadowing)
            proxy.AddShadowing();

        var app = builder.Build();
        if (shadowing)
            app.MapReverseProxy(pipeline => pipeline.UseShadowing());
        else
            app.MapReverseProxy();
        return app;
    }

    private static WebApplicationBuilder CreateBuilder(int listeners)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            for (var i = 0; i < listeners; i++)
                kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http1);
        });
        return builder;
    }
}
