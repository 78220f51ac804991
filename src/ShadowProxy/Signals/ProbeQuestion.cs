using System.Net;

namespace ShadowProxy.Signals;

/// <summary>What a node is asked, and which answer means that it lives.</summary>
/// <param name="Address">The node's address, http or https.</param>
/// <param name="Path">What to GET, below the address; null for a TCP connect alone.</param>
/// <param name="Timeout">The time for the whole probe; 10 ms to 24 h.</param>
internal sealed record ProbeQuestion(Uri Address, string? Path, TimeSpan Timeout)
{
    /// <summary>Whether a certificate that cannot be verified will do.</summary>
    public bool AcceptAnyCertificate { get; init; }

    /// <summary>The statuses that mean well.</summary>
    public StatusSet Statuses { get; init; } = StatusSet.Success;

    /// <summary>What must stand in the first 64 KiB of the answer; null where that does not matter.</summary>
    public string? Body { get; init; }

    /// <summary>The HTTP version to ask with.</summary>
    public Version Version { get; init; } = HttpVersion.Version11;

    /// <summary>Whether another will do.</summary>
    public HttpVersionPolicy VersionPolicy { get; init; } = HttpVersionPolicy.RequestVersionOrLower;
}
