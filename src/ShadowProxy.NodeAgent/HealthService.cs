using Grpc.AspNetCore.Server;
using Grpc.Core;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using ShadowProxy.NodeAgent.Protocol;
using ServingStatus = ShadowProxy.NodeAgent.Protocol.HealthCheckResponse.Types.ServingStatus;

namespace ShadowProxy.NodeAgent;

/// <summary>
/// The gRPC health checking protocol (<c>grpc.health.v1</c>), for the whole server ("") and each gRPC service that the application maps.
/// Nothing is served while the node drains, or while the application's own health checks, where it has any, find it unhealthy.
/// </summary>
internal sealed class HealthService(
    LoadReporter reporter, NodeDrain drain, EndpointDataSource endpoints, IServiceProvider services, TimeProvider time) : Health.HealthBase
{
    /// <summary>How often who watches learns of the application's health checks; a drain is told at once.</summary>
    private static readonly TimeSpan WatchInterval = TimeSpan.FromSeconds(5);

    private readonly HealthCheckService? _checks = services.GetService<HealthCheckService>();

    public override async Task<HealthCheckResponse> Check(HealthCheckRequest request, ServerCallContext context)
    {
        var status = await FindAsync(request.Service, context.CancellationToken);
        return status != ServingStatus.ServiceUnknown
            ? new HealthCheckResponse { Status = status }
            : throw new RpcException(new Status(StatusCode.NotFound, "unknown service"));
    }

    public override async Task Watch(
        HealthCheckRequest request, IServerStreamWriter<HealthCheckResponse> responseStream, ServerCallContext context)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, drain.Stopped);
        var told = ServingStatus.Unknown;
        while (!end.IsCancellationRequested)
        {
            var announced = reporter.Announced;
            var status = await FindAsync(request.Service, context.CancellationToken);
            if (status != told)
                await responseStream.WriteAsync(new HealthCheckResponse { Status = status }, context.CancellationToken);
            told = status;
            await Task.WhenAny(announced, Task.Delay(WatchInterval, time, end.Token));
        }
    }

    private async Task<ServingStatus> FindAsync(string service, CancellationToken cancellation)
    {
        if (service.Length > 0 && !endpoints.Endpoints.Any(endpoint => Serves(endpoint, service)))
            return ServingStatus.ServiceUnknown;
        if (reporter.Latest.IsDraining)
            return ServingStatus.NotServing;
        return _checks is null || (await _checks.CheckHealthAsync(cancellation)).Status != HealthStatus.Unhealthy
            ? ServingStatus.Serving
            : ServingStatus.NotServing;

        static bool Serves(Microsoft.AspNetCore.Http.Endpoint endpoint, string service) =>
            endpoint.Metadata.GetMetadata<GrpcMethodMetadata>() is { } grpc && grpc.Method.ServiceName == service;
    }
}
