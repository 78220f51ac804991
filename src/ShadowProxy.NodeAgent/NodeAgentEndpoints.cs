using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using ShadowProxy.NodeAgent;

namespace Microsoft.AspNetCore.Builder;

/// <summary>
/// What the node agent serves, each to be mapped where it is wanted, after <see cref="NodeAgentExtensions.AddNodeAgent"/>. Requests for it
/// count as no traffic. The gRPC ones want an endpoint that speaks HTTP/2.
/// </summary>
public static class NodeAgentEndpoints
{
    private static readonly string[] DrainMethods = [HttpMethods.Get, HttpMethods.Post, HttpMethods.Delete];

    /// <summary>Load reports out of band: ORCA's <c>xds.service.orca.v3.OpenRcaService/StreamCoreMetrics</c>.</summary>
    /// <param name="endpoints">The application.</param>
    public static IEndpointConventionBuilder MapNodeAgentOrca(this IEndpointRouteBuilder endpoints) =>
        Exclude(endpoints.MapGrpcService<OrcaService>());

    /// <summary>
    /// gRPC health checking: <c>grpc.health.v1.Health</c>, <c>Check</c> and <c>Watch</c>, for the whole server and each gRPC service that is
    /// mapped. <c>NOT_SERVING</c> while the node drains, or while the application's own health checks find it unhealthy.
    /// </summary>
    /// <param name="endpoints">The application.</param>
    public static IEndpointConventionBuilder MapNodeAgentHealth(this IEndpointRouteBuilder endpoints) =>
        Exclude(endpoints.MapGrpcService<HealthService>());

    /// <summary>The agent's values in Prometheus's text format.</summary>
    /// <param name="endpoints">The application.</param>
    /// <param name="pattern">The route.</param>
    public static IEndpointConventionBuilder MapNodeAgentMetrics(this IEndpointRouteBuilder endpoints, string pattern = "/metrics") =>
        Exclude(endpoints.MapGet(pattern, (RequestDelegate)(context =>
        {
            var services = context.RequestServices;
            context.Response.ContentType = PrometheusText.ContentType;
            return context.Response.WriteAsync(
                PrometheusText.Format(services.GetRequiredService<LoadReporter>().Latest, services.GetRequiredService<TrafficCounter>()),
                context.RequestAborted);
        })));

    /// <summary>
    /// Drains the node for who deploys it: <c>GET</c> or <c>POST</c> announces that it leaves and answers when it is empty (200), or still is
    /// not after <see cref="NodeAgentOptions.DrainTimeout"/> (503); <c>DELETE</c> takes it back. Answers to this machine itself and to
    /// <see cref="NodeAgentOptions.DrainFrom"/> (403 to others), on one port (404 on others).
    /// </summary>
    /// <param name="endpoints">The application.</param>
    /// <param name="port">A port of the application to which no proxy forwards: a proxy's clients would come from the proxy's address.</param>
    /// <param name="pattern">The route.</param>
    /// <exception cref="ArgumentOutOfRangeException">The port is not from 1 to 65535.</exception>
    public static IEndpointConventionBuilder MapNodeAgentDrain(this IEndpointRouteBuilder endpoints, int port, string pattern = "/drain")
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(port, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(port, IPEndPoint.MaxPort);
        return Exclude(endpoints.MapMethods(pattern, DrainMethods, (RequestDelegate)new DrainEndpoint(port).InvokeAsync));
    }

    private static IEndpointConventionBuilder Exclude(IEndpointConventionBuilder mapped)
    {
        mapped.Add(endpoint =>
        {
            var answer = endpoint.RequestDelegate!;
            endpoint.RequestDelegate = context =>
            {
                TrafficCounter.Exclude(context);
                return answer(context);
            };
        });
        return mapped;
    }
}
