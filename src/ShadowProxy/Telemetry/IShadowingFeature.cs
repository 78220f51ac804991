using ShadowProxy.Migration;
using ShadowProxy.Signatures;

namespace ShadowProxy.Telemetry;

/// <summary>A feature of the HttpContext: how ShadowProxy served this request. For access logs and middleware around <c>UseShadowing</c>.</summary>
public interface IShadowingFeature
{
    /// <summary>The flow that the request belongs to.</summary>
    Signature Signature { get; }

    /// <summary>The id of the node that served, or was to serve, the request; null where none was found.</summary>
    string? Node { get; }

    /// <summary>How often the request was forwarded until it was served; 1 when the first attempt served it.</summary>
    int Attempts { get; }

    /// <summary>The attempts that the answer did not come from, as they ended; empty where there was only one.</summary>
    IReadOnlyList<AttemptSummary> OtherAttempts { get; }

    /// <summary>Why the flow moved with this request.</summary>
    MigrationReason MigrationReason { get; }

    /// <summary>The time to response headers of the last attempt; null where none came.</summary>
    TimeSpan? TimeToHeaders { get; }
}
