using System.Collections.Frozen;

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

    /// <summary>One look over all cookies instead of one for each name.</summary>
    /// <param name="names">Names of cookies, with the number of each.</param>
    /// <param name="none">What to return where none is there.</param>
    /// <returns>A number such that no name of a lower one is there.</returns>
    int FindFirstCookie(FrozenDictionary<string, int> names, int none);
}
