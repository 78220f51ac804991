using ShadowProxy.Signatures;

namespace ShadowProxy.Tables;

/// <summary>
/// Remembers, in a few bits each, which signatures asked for a place in a full table: one that asks again is worth more than a passer-by.
/// A Bloom filter with one hash that forgets all after as many questions as the table has places (Einziger et al., TinyLFU, 2017, 3.4.2).
/// Not thread-safe: the stripe's lock guards it.
/// </summary>
internal sealed class Doorkeeper(int capacity)
{
    private ulong[]? _bits;
    private int _asked;

    /// <summary>Whether the signature asked before; it has from now on.</summary>
    public bool SeenBefore(in Signature signature)
    {
        _bits ??= new ulong[Math.Max(1, capacity / 16)];
        if (++_asked > capacity)
        {
            Array.Clear(_bits);
            _asked = 0;
        }

        var bit = (signature.High >> 16) % ((ulong)_bits.Length * 64);
        ref var word = ref _bits[bit / 64];
        var mask = 1UL << (int)(bit % 64);
        var seen = (word & mask) != 0;
        word |= mask;
        return seen;
    }
}
