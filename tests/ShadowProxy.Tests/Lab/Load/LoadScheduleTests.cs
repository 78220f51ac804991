using ShadowProxy.Lab.Load;

namespace ShadowProxy.Tests.Lab.Load;

public sealed class LoadScheduleTests
{
    private static readonly LoadOptions Options = new() { Duration = TimeSpan.FromSeconds(100), Rate = 120, Sessions = 200, Seed = 7 };

    [Fact]
    public void Create_SameSeed_SameArrivals() => Assert.Equal(LoadSchedule.Create(Options), LoadSchedule.Create(Options));

    [Fact]
    public void Create_OtherSeed_OtherArrivals() => Assert.NotEqual(LoadSchedule.Create(Options), LoadSchedule.Create(Options with { Seed = 8 }));

    [Fact]
    public void Create_ManyArrivals_GapsAreExponential()
    {
        var arrivals = LoadSchedule.Create(Options);
        var gaps = arrivals.Zip(arrivals.Skip(1), (a, b) => (b.At - a.At).TotalSeconds).ToList();
        var mean = gaps.Average();
        var deviation = Math.Sqrt(gaps.Average(g => (g - mean) * (g - mean)));

        Assert.InRange(mean, 0.97 / Options.Rate, 1.03 / Options.Rate);
        Assert.InRange(deviation / mean, 0.95, 1.05);
        Assert.InRange(gaps.Count(g => g < mean) / (double)gaps.Count, 0.61, 0.655);
    }

    [Fact]
    public void Create_AnyOptions_ArrivalsAreOrderedAndWithinTheDuration()
    {
        var arrivals = LoadSchedule.Create(Options);

        Assert.True(arrivals.Zip(arrivals.Skip(1)).All(pair => pair.First.At <= pair.Second.At));
        Assert.True(arrivals[^1].At < Options.Duration);
    }

    [Fact]
    public void Create_MoreArrivalsThanSessions_EverySessionComesInOnceBeforeAnyReturns()
    {
        var arrivals = LoadSchedule.Create(Options);

        Assert.Equal(Enumerable.Range(0, 200), arrivals.Take(200).Select(a => a.Session).Order());
    }

    [Fact]
    public void Create_PostShare_IsKept()
    {
        var arrivals = LoadSchedule.Create(Options);

        Assert.InRange(arrivals.Count(a => a.IsPost) / (double)arrivals.Count, 0.09, 0.11);
        Assert.DoesNotContain(LoadSchedule.Create(Options with { PostShare = 0 }), a => a.IsPost);
        Assert.All(LoadSchedule.Create(Options with { PostShare = 1 }), a => Assert.True(a.IsPost));
    }

    [Fact]
    public void Create_OptionOutOfRange_Throws()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => LoadSchedule.Create(Options with { Sessions = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => LoadSchedule.Create(Options with { Rate = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => LoadSchedule.Create(Options with { PostShare = 1.1 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => LoadSchedule.Create(Options with { Duration = TimeSpan.Zero }));
        Assert.Throws<ArgumentOutOfRangeException>(() => LoadSchedule.Create(Options with { Rate = 1e6 }));
    }
}
