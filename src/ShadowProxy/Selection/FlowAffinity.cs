using ShadowProxy.Signatures;

namespace ShadowProxy.Selection;

/// <summary>What a client says of where its flow is, and what it is to be told. Belongs to one request.</summary>
/// <param name="flow">The flow.</param>
/// <param name="told">Where the client says that it is; null where it says nothing.</param>
internal sealed class FlowAffinity(Signature flow, FlowLocation? told)
{
    /// <summary>The flow.</summary>
    public Signature Flow { get; } = flow;

    /// <summary>Where the client says that the flow is.</summary>
    public FlowLocation? Told { get; } = told;

    /// <summary>True where that is later than what this replica knew.</summary>
    public bool IsNews { get; set; }

    /// <summary>Where the flow is now; null where no one node serves it.</summary>
    public FlowLocation? Now { get; set; }
}
