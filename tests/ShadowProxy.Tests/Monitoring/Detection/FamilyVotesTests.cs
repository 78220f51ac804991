using CsCheck;
using ShadowProxy.Monitoring.Detection;

namespace ShadowProxy.Tests.Monitoring.Detection;

public sealed class FamilyVotesTests
{
    private static readonly Gen<(SignalFamily Family, double Deviation)[]> Votes =
        Gen.Select(Gen.Enum<SignalFamily>(), Gen.Double[0, 100]).Array[0, 20];

    [Fact]
    public void Score_NoVotes_IsZero() => Assert.Equal(0, new FamilyVotes().Score());

    [Fact]
    public void Score_FamiliesThatAgree_WeighMoreThanOneFamilyAlone()
    {
        var alone = Score((SignalFamily.Load, 9), (SignalFamily.Load, 9), (SignalFamily.Load, 9));
        var together = Score((SignalFamily.Load, 9), (SignalFamily.Memory, 9), (SignalFamily.Errors, 9));

        Assert.Equal(9, together, 1e-9);
        Assert.True(alone < together);
        Assert.Equal(1, Score((SignalFamily.Latency, 9)), 1e-9);
    }

    [Fact]
    public void Score_AnyVotes_IsAtMostTheStrongestAndGrowsWithEach() =>
        Gen.Select(Votes, Gen.Enum<SignalFamily>(), Gen.Double[0, 100]).Sample((votes, family, more) =>
        {
            var score = Score(votes);
            Assert.InRange(score, 0, votes.Select(vote => vote.Deviation).Append(0).Max() + 1e-9);
            Assert.True(Score([.. votes, (family, more)]) >= score - 1e-9);
        });

    [Fact]
    public void Score_AnyOrder_IsTheSame() => Votes.Sample(votes =>
        Assert.Equal(Score(votes), Score([.. votes.Reverse()]), 1e-9));

    [Fact]
    public void Add_Strongest_IsNamed()
    {
        var votes = new FamilyVotes();
        votes.Add(SignalFamily.Load, 0, 1);
        votes.Add(SignalFamily.Errors, 1, 5);
        votes.Add(SignalFamily.Memory, 2, 3);

        Assert.Equal((1, 5), (votes.MostSignal, votes.Most));
    }

    private static double Score(params (SignalFamily Family, double Deviation)[] all)
    {
        var votes = new FamilyVotes();
        for (var i = 0; i < all.Length; i++)
            votes.Add(all[i].Family, i, all[i].Deviation);
        return votes.Score();
    }
}
