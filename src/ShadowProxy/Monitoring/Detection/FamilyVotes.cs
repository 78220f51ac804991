using System.Runtime.CompilerServices;

namespace ShadowProxy.Monitoring.Detection;

/// <summary>
/// Collects how unusual each signal is, family by family: one vote a family in full, further ones of the same family at a discount, since
/// its signals tend to move together. The score is the power mean, with exponent ½, of the three strongest votes: one signal alone weighs
/// little, three that agree weigh most.
/// </summary>
internal struct FamilyVotes
{
    /// <summary>What each further vote of a family weighs of the one before.</summary>
    private const double Discount = 0.5;

    private const int Counted = 3;
    private const int Families = 5;

    private Strongest _votes;

    /// <summary>The strongest vote.</summary>
    public double Most { get; private set; }

    /// <summary>Who gave it.</summary>
    public int MostSignal { get; private set; }

    /// <summary>Takes in a vote.</summary>
    /// <param name="family">Whose it is.</param>
    /// <param name="signal">The signal's place among the signals.</param>
    /// <param name="deviation">How unusual it is, 0 and up.</param>
    public void Add(SignalFamily family, int signal, double deviation)
    {
        if (deviation > Most)
            (Most, MostSignal) = (deviation, signal);
        Insert(((Span<double>)_votes).Slice((int)family * Counted, Counted), deviation);
    }

    /// <summary>The score of all votes.</summary>
    public readonly double Score()
    {
        Span<double> strongest = stackalloc double[Counted];
        strongest.Clear();
        for (var i = 0; i < Families * Counted; i += Counted)
        {
            var weight = 1.0;
            for (var rank = 0; rank < Counted; rank++, weight *= Discount)
                Insert(strongest, weight * _votes[i + rank]);
        }

        var sum = 0.0;
        foreach (var vote in strongest)
            sum += Math.Sqrt(vote);
        return sum / Counted * (sum / Counted);
    }

    /// <summary>Keeps the strongest, in falling order.</summary>
    private static void Insert(Span<double> strongest, double vote)
    {
        foreach (ref var place in strongest)
        {
            if (vote > place)
                (place, vote) = (vote, place);
        }
    }

    [InlineArray(Families * Counted)]
    private struct Strongest
    {
        private double _first;
    }
}
