using ShadowProxy.Tests.Nodes;
using static ShadowProxy.Tests.State.StateRuns;

namespace ShadowProxy.Tests.State;

/// <summary>Two processes share a state directory.</summary>
public sealed class HandOverTests : IDisposable
{
    private readonly StateRuns _runs = new();

    public void Dispose() => _runs.Dispose();

    [Fact]
    public void HandOver_BothLive_EachFlowIsWhereItWasSeenLast()
    {
        var first = _runs.First;
        Place(first);
        var old = _runs.Store(first);
        old.Save();
        var second = _runs.Next();
        var young = _runs.Store(second);
        young.TakeIn();
        Move(first, 1, "n0");
        Move(second, 1, "n1");
        Pass(first, second);
        first.Choose(1);
        first.Choose(1000);
        second.Choose(2000);
        Move(second, 2, "n1");
        Pass(first, second);
        second.Choose(2);

        // The old one saves and ends; the young one takes in what it saved.
        young.Save();
        old.Save();
        young.TakeIn();

        Assert.Equal("n0", Primary(second, 1));
        Assert.Equal("n1", Primary(second, 2));
        Assert.NotNull(Primary(second, 1000));
        Assert.NotNull(Primary(second, 2000));
        Assert.Equal(Flows + 2, second.Tables.Flows.Count);
        Assert.Equal(Flows + 2, second.Nodes.Sum(node => node.Flows));
    }

    [Fact]
    public void Save_AnotherSavedBefore_LosesNoneOfItsFlows()
    {
        var second = _runs.Next();
        var (old, young) = (_runs.Store(_runs.First), _runs.Store(second));
        _runs.First.Choose(1);
        second.Choose(2);

        old.Save();
        young.Save();

        Assert.Equal(2, _runs.Restart().Tables.Flows.Count);
    }

    [Fact]
    public void TakeIn_FirstFileOfAnotherProcess_IsNews()
    {
        var second = _runs.Next();
        var (old, young) = (_runs.Store(_runs.First), _runs.Store(second));
        old.Save();

        Assert.False(old.TakeIn());
        Assert.True(young.TakeIn());
        old.Save();
        Assert.False(young.TakeIn());
    }

    [Fact]
    public void HasCompany_AnotherRuns_IsTrueForTheSecond()
    {
        var old = _runs.Store(_runs.First);

        Assert.False(old.HasCompany);
        Assert.True(_runs.Store(_runs.Next()).HasCompany);
    }

    [Fact]
    public void HasCompany_TheOtherHasEndedOrDied_IsFalse()
    {
        _runs.Store(_runs.First).Dispose();
        var died = $"{_runs.Path}.running-0123";
        File.WriteAllText(died, "");

        Assert.False(_runs.Store(_runs.Next()).HasCompany);
        Assert.False(File.Exists(died));
    }

    [Fact]
    public void TakeIn_SameFileAgainOrItsOwn_ChangesNothing()
    {
        Place(_runs.First);
        var old = _runs.Store(_runs.First);
        old.Save();
        old.TakeIn();
        var second = _runs.Next();
        var young = _runs.Store(second);
        young.TakeIn();
        var said = _runs.Log.Collector.Count;

        young.TakeIn();
        young.Save();
        young.TakeIn();

        Assert.Equal(1, said);
        Assert.Equal(said, _runs.Log.Collector.Count);
        Assert.Equal(Flows, second.Tables.Flows.Count);
    }

    [Fact]
    public async Task Save_WhileRequestsGoOn_GivesAFileThatIsWhole()
    {
        var store = _runs.Store(_runs.First);
        var done = false;
        var requests = Task.Run(() =>
        {
            var random = new Random(1);
            while (!Volatile.Read(ref done))
                _runs.First.Choose(random.Next(20_000));
        });
        for (var i = 0; i < 20; i++)
            store.Save();
        Volatile.Write(ref done, true);
        await requests;

        var after = _runs.Restart();

        Assert.Empty(Directory.GetFiles(_runs.Directory, "*.draft-*"));
        Assert.InRange(after.Tables.Flows.Count, 0, _runs.First.Tables.Flows.Count);
        Assert.Equal(after.Tables.Flows.Count, after.Nodes.Sum(node => node.Flows));
    }

    private static void Pass(params TestEngine[] engines)
    {
        foreach (var engine in engines)
            engine.Time.Advance(TimeSpan.FromSeconds(1));
    }

    private static void Move(TestEngine engine, int flow, string node)
    {
        using var access = engine.Tables.Flows.Open(TestEngine.Flow(flow));
        engine.Tables.SetPrimary(ref access.Entry, engine.Nodes.Single(n => n.Id == node), access.Now);
    }

    private static string? Primary(TestEngine engine, int flow)
    {
        using var access = engine.Tables.Flows.Open(TestEngine.Flow(flow));
        return access.Exists ? engine.Registry.Resolve(access.Entry.Primary)?.Id : null;
    }
}
