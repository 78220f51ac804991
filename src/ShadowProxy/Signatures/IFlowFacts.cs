namespace ShadowProxy.Signatures;

/// <summary>
/// The facts of one request (later: connection, datagram) that a signature may be made of. Implemented by structs, so that
/// a signature template is compiled for each without a virtual call.
/// </summary>
internal interface IFlowFacts
{
    /// <summary>
    /// Adds the component's value to the hash.
    /// </summary>
    /// <returns>False, with nothing added, where the fact is absent or empty.</returns>
    bool TryAppend(SignatureComponent component, ref SipHash128 hash);
}
