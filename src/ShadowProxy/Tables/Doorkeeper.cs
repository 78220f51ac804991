using ShadowProxy.Signatures;

namespace ShadowProxy.Tables;

/// <summary>
/// Remembers, in a few bits each, which signatures asked for a place in a full table: one that asks again is worth more than a passer-by.
/// A Bloom filter that forgets all after as many questions as the table has places (Einziger et al., TinyLFU, 2017, 3.4.2); with four
/// hashes in 16 bits a place it mistakes one stranger in 400 at most.
/// Not thread-safe: the stripe's lock guards it.
/// </summary>
internal sealed class Doorkeeper(int capacity)
{
    private const int BitsPerPlace = 16;
    private const int Hashes = 4;

    private ulong[]? _bits;
    private int _asked;

    /// <summary>Whether the signature asked before; it has from now on.</summary>
    public bool SeenBefore(in Signature signature)
    {
        _bits ??= new ulong[Math.Max(1, capacity * BitsPerPlace / 64)];
        if (++_asked > capacity)
        {
            Array.Clear(_bits);
            _asked = 0;
        }

        var seen = true;
        var at = signature.High >> 16;
        var step = (signature.Low >> 16) | 1;
        for (var i = 0; i < Hashes; i++, at += step)
        {
            var bit = at % ((ulong)_bits.Length * 64);
            ref var word = ref _bits[bit / 64];
            var mask = 1UL << (int)(bit % 64);
            seen &= (word & mask) != 0;
            word |= mask;
        }

        return seen;
    }
}
