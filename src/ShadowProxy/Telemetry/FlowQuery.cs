using ShadowProxy.Signatures;

namespace ShadowProxy.Telemetry;

/// <summary>What somebody knows of a flow whose signature is not known. It may hold secrets, such as a session's cookie: no answer repeats it.</summary>
public sealed record FlowQuery
{
    /// <summary>Only routes to this cluster; null: to all.</summary>
    public string? Cluster { get; init; }

    /// <summary>Only this route; null: all.</summary>
    public string? Route { get; init; }

    /// <summary>
    /// Values by the component of the signature template that they belong to, as templates spell it, without numbers: <c>cookie:sid</c>,
    /// <c>client.address</c>, <c>header:Authorization</c>. <c>cookie</c>, <c>header</c> or <c>query</c> alone stands for whichever the template names.
    /// </summary>
    public required IReadOnlyDictionary<string, string> Facts { get; init; }
}

/// <summary>A flow that a request with the given facts belongs to, by one alternative of its route's template.</summary>
/// <param name="Route">The route's id.</param>
/// <param name="Cluster">The cluster's id.</param>
/// <param name="By">The alternative: <c>cookie:sid</c>.</param>
/// <param name="Signature">The flow's signature.</param>
/// <param name="Flow">The flow; null where neither table knows it.</param>
public sealed record FlowMatch(string Route, string Cluster, string By, Signature Signature, FlowStatus? Flow);
