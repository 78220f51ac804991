using System.Runtime.InteropServices;

namespace ShadowProxy.Nodes;

/// <summary>
/// A number on cache lines of its own: written with each request by all cores, it would else take from them what they only read beside it.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = 2 * CacheLine)]
internal struct PaddedLong
{
    private const int CacheLine = 64;

    /// <summary>The number.</summary>
    [FieldOffset(CacheLine)]
    public long Value;
}
