using CsCheck;
using Microsoft.Extensions.Time.Testing;
using ShadowProxy.Signatures;
using ShadowProxy.Tables;
using ShadowProxy.Tests.Nodes;

namespace ShadowProxy.Tests.Tables;

public sealed class FlowTableTests
{
    private enum Kind
    {
        Set,
        Touch,
        Remove,
        Step,
        Advance,
    }

    private static readonly Gen<(Kind Kind, int Key, int Amount)[]> Operations =
        Gen.Select(Gen.Enum<Kind>(), Gen.Int[0, 300], Gen.OneOf(Gen.Int[1, 40], Gen.Int[1, 6000])).Array[0, 400];

    [Fact]
    public void AnyOperations_BelowCapacity_AreThoseOfADictionary() => Operations.Sample(operations =>
    {
        var time = new FakeTimeProvider();
        long left = 0;
        var table = new FlowTable<TestEntry>(1000, new FlowClock(time), (in Signature _, ref TestEntry _, RemovalCause _) => left++);
        var model = new Dictionary<int, (int Value, uint Expires)>();
        long added = 0;
        foreach (var (kind, key, amount) in operations)
        {
            if (kind == Kind.Step)
                time.Advance(TimeSpan.FromMilliseconds(100 * amount));
            else if (kind == Kind.Advance)
                table.Advance();
            else
                added += Apply(table, model, kind, key, amount) ? 1 : 0;
        }

        foreach (var key in Enumerable.Range(0, 301))
        {
            using var flow = table.Open(Clashing(key));
            Assert.Equal(model.TryGetValue(key, out var expected) && expected.Expires > flow.Now, flow.Exists);
            if (flow.Exists)
                Assert.Equal((key, expected.Value, expected.Expires), (flow.Entry.Key, flow.Entry.Value, flow.Expires));
        }

        // The wheel alone, with nobody looking the entries up, empties the table.
        for (var i = 0; i < 1200; i++)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            table.Advance();
        }

        Assert.Equal(0, table.Count);
        Assert.Equal(added, left);
    }, iter: 300);

    [Fact]
    public void AnyOperations_AtCapacity_KeepWithinItAndMixUpNothing() => Operations.Sample(operations =>
    {
        var time = new FakeTimeProvider();
        long left = 0;
        var table = new FlowTable<TestEntry>(16, new FlowClock(time), (in Signature _, ref TestEntry _, RemovalCause _) => left++);
        long added = 0;
        foreach (var (kind, key, amount) in operations)
        {
            if (kind == Kind.Step)
                time.Advance(TimeSpan.FromMilliseconds(100 * amount));
            table.Advance();
            using var flow = table.Open(Clashing(key));
            var access = flow;
            if (access.Exists && kind == Kind.Remove)
                access.Remove();
            else if (access.Exists)
                Assert.Equal(key, access.Entry.Key);
            else if (access.Add(new TestEntry { Key = key, Value = amount % 3 }, access.Now + (uint)amount))
                added++;
            Assert.InRange(table.Count, 0, 16);
            Assert.Equal(added - left, table.Count);
        }
    }, iter: 300);

    [Fact]
    public void Open_ManyThreads_FindTheirOwnEntries()
    {
        var table = new FlowTable<TestEntry>(20_000, new FlowClock(new FakeTimeProvider()));

        Parallel.For(0, 4, thread =>
        {
            var random = new Random(thread);
            for (var i = 0; i < 50_000; i++)
            {
                var key = random.Next(5000);
                using var flow = table.Open(TestEngine.Flow(key));
                var access = flow;
                if (!access.Exists)
                    Assert.True(access.Add(new TestEntry { Key = key, Value = 1 }, access.Now + 1000));
                Assert.Equal(key, access.Entry.Key);
                access.Entry.Value++;
                if (random.Next(4) == 0)
                    access.Remove();
            }
        });

        var found = Enumerable.Range(0, 5000).Count(key =>
        {
            using var flow = table.Open(TestEngine.Flow(key));
            return flow.Exists;
        });
        Assert.Equal(found, table.Count);
    }

    [Fact]
    public void Add_BelowCapacity_LosesNobody()
    {
        var table = new FlowTable<TestEntry>(100_000, new FlowClock(new FakeTimeProvider()));

        for (var key = 0; key < 90_000; key++)
            Assert.True(Add(table, key, 1));

        for (var key = 0; key < 90_000; key++)
            Assert.True(Exists(table, key));
    }

    [Fact]
    public void Add_FloodOfPassersBy_LeavesEstablishedFlows()
    {
        var time = new FakeTimeProvider();
        var table = new FlowTable<TestEntry>(1000, new FlowClock(time));
        for (var key = 0; key < 500; key++)
            Add(table, key, 5);

        for (var stranger = 0; stranger < 100_000; stranger++)
        {
            if (stranger % 100 == 0)
                time.Advance(TimeSpan.FromMilliseconds(100));
            Add(table, 1000 + stranger, 1);
        }

        // The doorkeeper takes one stranger in 400 for one that came before; few of these meet no other passer-by to displace.
        Assert.InRange(Enumerable.Range(0, 500).Count(key => Exists(table, key)), 497, 500);
        Assert.Equal(1000, table.Count);
    }

    [Fact]
    public void Add_FullOfEstablishedFlows_TakesWhoAsksAgainForOneOfTheColdest()
    {
        var time = new FakeTimeProvider();
        var table = new FlowTable<TestEntry>(100, new FlowClock(time));
        for (var key = 0; key < 100; key++)
        {
            Add(table, key, 5);
            time.Advance(TimeSpan.FromMilliseconds(100));
        }

        Assert.False(Add(table, 1000, 1));
        Assert.True(Add(table, 1000, 1));

        var gone = Enumerable.Range(0, 100).Single(key => !Exists(table, key));
        Assert.InRange(gone, 0, 50);
        Assert.Equal(100, table.Count);
    }

    [Fact]
    public void Advance_ManyExpireAtOnce_SpreadsThemOverSeveralCalls()
    {
        const int Flows = 90_000;
        const int MostOfOneCall = 20_000;
        var time = new FakeTimeProvider();
        var table = new FlowTable<TestEntry>(100_000, new FlowClock(time));
        for (var key = 0; key < Flows; key++)
            Assert.True(Add(table, key, 1, expiresIn: 100));
        time.Advance(TimeSpan.FromSeconds(11));

        var calls = 0;
        for (var before = table.Count; before > 0; before = table.Count)
        {
            table.Advance();
            Assert.InRange(before - table.Count, 1, MostOfOneCall);
            calls++;
        }

        Assert.InRange(calls, 5, 8);
    }

    private static bool Apply(FlowTable<TestEntry> table, Dictionary<int, (int Value, uint Expires)> model, Kind kind, int key, int amount)
    {
        using var flow = table.Open(Clashing(key));
        var access = flow;
        Assert.Equal(model.TryGetValue(key, out var expected) && expected.Expires > access.Now, access.Exists);
        var expires = access.Now + (uint)amount;
        var added = false;
        switch (kind)
        {
            case Kind.Set when access.Exists:
                access.Entry.Value = amount;
                model[key] = (amount, expected.Expires);
                break;
            case Kind.Set:
                added = access.Add(new TestEntry { Key = key, Value = amount }, expires);
                Assert.True(added);
                model[key] = (amount, expires);
                break;
            case Kind.Touch when access.Exists:
                access.Touch(expires);
                model[key] = (expected.Value, expires);
                break;
            case Kind.Remove when access.Exists:
                access.Remove();
                model.Remove(key);
                break;
        }

        return added;
    }

    /// <summary>Signatures that crowd into a few cells of the index.</summary>
    private static Signature Clashing(int key) => new((ulong)key, (ulong)(key % 7));

    private static bool Add(FlowTable<TestEntry> table, int key, int value, uint expiresIn = 100_000)
    {
        using var flow = table.Open(TestEngine.Flow(key));
        var access = flow;
        return access.Exists || access.Add(new TestEntry { Key = key, Value = value }, access.Now + expiresIn);
    }

    private static bool Exists(FlowTable<TestEntry> table, int key)
    {
        using var flow = table.Open(TestEngine.Flow(key));
        return flow.Exists;
    }
}
