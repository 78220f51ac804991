namespace ShadowProxy.Signals.GrpcHealth;

/// <summary><c>grpc.health.v1.HealthCheckResponse.ServingStatus</c>, with its numbers.</summary>
internal enum HealthStatus
{
    /// <summary>Not known.</summary>
    Unknown = 0,

    /// <summary>It serves.</summary>
    Serving = 1,

    /// <summary>It wants no requests.</summary>
    NotServing = 2,

    /// <summary>There is no such service; <c>Watch</c> alone says so.</summary>
    ServiceUnknown = 3,
}
