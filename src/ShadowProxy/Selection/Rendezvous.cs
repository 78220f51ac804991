using ShadowProxy.Nodes;
using ShadowProxy.Signatures;

namespace ShadowProxy.Selection;

/// <summary>
/// Weighted rendezvous hashing (Thaler and Ravishankar 1998; weights as −w/ln u, Schindelhauer and Schomaker 2005): each flow has its
/// own order of nodes, which only nodes that come or go disturb.
/// </summary>
internal static class Rendezvous
{
    private const ulong AdmissionSalt = 0x9E3779B97F4A7C15;

    /// <summary>The node's place in the flow's own order: the higher, the earlier.</summary>
    public static double Score(in Signature signature, Node node) =>
        -node.Settings.Weight / Math.Log(Unit(Mix(signature.Low ^ Mix(signature.High ^ node.Hash))));

    /// <summary>
    /// Where the flow stands in the node's admitted share, 0 to 1: it is admitted while the share is above. Independent of
    /// <see cref="Score"/>, and the same in every replica.
    /// </summary>
    public static double Admission(in Signature signature, Node node) =>
        Unit(Mix(signature.High ^ Mix(signature.Low ^ node.Hash ^ AdmissionSalt)));

    /// <summary>Whether the node takes the flow at an admitted share.</summary>
    public static bool Admits(in Signature signature, Node node, double share) => share >= 1 || (share > 0 && Admission(signature, node) < share);

    /// <summary>The 64-bit finaliser of MurmurHash3 (Appleby; constants by Stafford, variant 13).</summary>
    private static ulong Mix(ulong x)
    {
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
        return x ^ (x >> 31);
    }

    /// <summary>Strictly between 0 and 1.</summary>
    private static double Unit(ulong x) => ((x >> 11) + 0.5) * (1.0 / (1UL << 53));
}
