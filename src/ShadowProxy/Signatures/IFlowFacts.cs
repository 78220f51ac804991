namespace ShadowProxy.Signatures;

/// <summary>
/// The facts of one request (later: connection, datagram) that a signature may be made of. Implemented by structs, so that
/// a signature template is compiled for each without a virtual call.
/// </summary>
internal interface IFlowFacts
{
    /// <summary>
    /// Adds the component's value to the hash, bare: <see cref="SignatureTemplate"/> sets it apart from its neighbours.
    /// <see cref="ComponentKind.Connection"/> is present always.
    /// </summary>
    /// <returns>False where the fact is absent or empty; the hash is then of no more use.</returns>
    bool TryAppend(in SignatureComponent component, ref SipHash128 hash);
}
