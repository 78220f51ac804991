using CsCheck;
using Microsoft.Extensions.Time.Testing;
using ShadowProxy.Signatures;
using ShadowProxy.Tables;
using ShadowProxy.Tests.Nodes;

namespace ShadowProxy.Tests.Tables;

/// <summary>The table against a model of it: a dictionary that is told of who comes and who leaves.</summary>
public sealed class FlowTableModelTests
{
    private const int Keys = 48;
    private const int SmallCapacity = 16;

    private static readonly Gen<(int Kind, int Key, int Amount)[]> Operations =
        Gen.Select(Gen.Int[0, 9], Gen.Int[0, Keys - 1], Gen.OneOf(Gen.Int[1, 30], Gen.Int[1, 4000])).Array[0, 400];

    [Fact]
    public void AnyOperations_AtCapacity_HoldWhoCameAndWasNotSaidToLeave() => Operations.Sample(operations =>
    {
        var time = new FakeTimeProvider();
        var model = new Dictionary<int, (int Value, uint Expires)>();
        var removing = -1;
        uint now = 1;
        var table = new FlowTable<TestEntry>(SmallCapacity, new FlowClock(time), (in Signature signature, ref TestEntry entry, RemovalCause cause) =>
        {
            Assert.Equal(TestEngine.Flow(entry.Key), signature);
            var full = model.Count == SmallCapacity;
            Assert.True(model.Remove(entry.Key, out var left));
            Assert.Equal(left.Value, entry.Value);
            Assert.Equal(
                left.Expires <= now ? RemovalCause.Expired : entry.Key == removing ? RemovalCause.Removed : RemovalCause.Evicted, cause);
            Assert.True(cause != RemovalCause.Evicted || full);
        });
        foreach (var (kind, key, amount) in operations)
        {
            if (kind == 0)
                time.Advance(TimeSpan.FromMilliseconds(100 * amount));
            now = table.Clock.Now;
            if (kind == 1)
                table.Advance();
            removing = kind == 2 ? key : -1;
            Apply(table, model, kind, key, amount);
            Assert.Equal(model.Count, table.Count);
        }

        now = table.Clock.Now;
        removing = -1;
        foreach (var key in Enumerable.Range(0, Keys))
            AssertHeld(table, model, key);
    }, iter: 500);

    [Fact]
    public void Growth_AnySizes_KeepsAllThatStayed() => Gen.Select(Gen.Int[0, 20_000], Gen.Int[1, 9]).Sample((count, part) =>
    {
        var table = new FlowTable<TestEntry>(40_000, new FlowClock(new FakeTimeProvider()));
        var model = new HashSet<int>();
        for (var key = 0; key < count; key++)
        {
            Assert.True(Add(table, key));
            model.Add(key);
            if (key % part == 0)
                Assert.Equal(model.Remove(key / 2), Remove(table, key / 2));
        }

        Assert.Equal(model.Count, table.Count);
        for (var key = 0; key < count; key++)
            Assert.Equal(model.Contains(key), Exists(table, key));
    }, iter: 30);

    [Fact]
    public void AnyOperations_SideBySide_AreThoseOfSomeOrder() => Gen.Const(() => new Racing()).SampleParallel(
        Gen.Int[0, 5].Operation<Racing>((racing, key) => racing.Count(key)),
        Gen.Int[0, 5].Operation<Racing>((racing, key) => racing.Remove(key)),
        Gen.Int[1, 30].Operation<Racing>((racing, ticks) => racing.Step(ticks)),
        equal: (one, other) => one.Contents() == other.Contents(), print: racing => racing.Contents(), iter: 200);

    [Fact]
    public void ManyThreads_FullTable_SeeTheirOwnFlowsOnlyAndLoseCountOfNone()
    {
        const int Threads = 4;
        const int KeysOfEach = 3000;
        var time = new FakeTimeProvider();
        long left = 0;
        long added = 0;
        var table = new FlowTable<TestEntry>(
            8192, new FlowClock(time), (in Signature _, ref TestEntry _, RemovalCause _) => Interlocked.Increment(ref left));

        Parallel.For(0, Threads, thread =>
        {
            var random = new Random(thread);
            var last = new int[KeysOfEach];
            for (var i = 0; i < 60_000; i++)
            {
                var own = random.Next(KeysOfEach);
                var key = (thread * KeysOfEach) + own;
                using (var flow = table.Open(TestEngine.Flow(key)))
                {
                    var access = flow;
                    if (!access.Exists)
                    {
                        last[own] = 0;
                        if (!access.Add(new TestEntry { Key = key }, access.Now + 100))
                            continue;
                        Interlocked.Increment(ref added);
                    }

                    Assert.Equal((key, last[own]), (access.Entry.Key, access.Entry.Value));
                    last[own] = ++access.Entry.Value;
                    if (random.Next(10) == 0)
                        access.Remove();
                    else
                        access.Touch(access.Now + (uint)random.Next(1, 200));
                }

                if (thread == 0 && i % 20 == 0)
                    time.Advance(TimeSpan.FromMilliseconds(100));
                if (thread == 0 && i % 10 == 0)
                    table.Advance();
            }
        });

        Assert.Equal(added - left, table.Count);
        Assert.InRange(table.Count, 1, 8192);
        var held = Enumerable.Range(0, Threads * KeysOfEach).Count(key => Exists(table, key));
        Assert.Equal(held, table.Count);
    }

    private static void Apply(FlowTable<TestEntry> table, Dictionary<int, (int Value, uint Expires)> model, int kind, int key, int amount)
    {
        using var flow = table.Open(TestEngine.Flow(key));
        var access = flow;
        AssertHeld(access, model, key);
        var expires = access.Now + (uint)amount;
        if (!access.Exists && kind > 2)
        {
            // Told of who goes before it is told of who comes.
            if (access.Add(new TestEntry { Key = key, Value = amount % 4 }, expires))
                model.Add(key, (amount % 4, expires));
        }
        else if (access.Exists && kind == 2)
        {
            access.Remove();
        }
        else if (access.Exists && kind > 5)
        {
            access.Touch(expires);
            access.Entry.Value = amount % 4;
            model[key] = (amount % 4, expires);
        }
    }

    private static void AssertHeld(FlowTable<TestEntry> table, Dictionary<int, (int Value, uint Expires)> model, int key)
    {
        using var flow = table.Open(TestEngine.Flow(key));
        AssertHeld(flow, model, key);
    }

    private static void AssertHeld(in FlowAccess<TestEntry> flow, Dictionary<int, (int Value, uint Expires)> model, int key)
    {
        Assert.Equal(model.TryGetValue(key, out var expected), flow.Exists);
        if (flow.Exists)
            Assert.Equal((key, expected.Value, expected.Expires), (flow.Entry.Key, flow.Entry.Value, flow.Expires));
    }

    private static bool Add(FlowTable<TestEntry> table, int key)
    {
        using var flow = table.Open(TestEngine.Flow(key));
        var access = flow;
        return !access.Exists && access.Add(new TestEntry { Key = key, Value = 1 }, FlowClock.Never);
    }

    private static bool Remove(FlowTable<TestEntry> table, int key)
    {
        using var flow = table.Open(TestEngine.Flow(key));
        var access = flow;
        if (!access.Exists)
            return false;
        access.Remove();
        return true;
    }

    private static bool Exists(FlowTable<TestEntry> table, int key)
    {
        using var flow = table.Open(TestEngine.Flow(key));
        return flow.Exists && flow.Entry.Key == key;
    }

    /// <summary>A table of one stripe that several threads write, and what is to be seen of it in the end.</summary>
    private sealed class Racing
    {
        private readonly FakeTimeProvider _time = new();
        private readonly Lock _monitor = new();
        private readonly FlowTable<TestEntry> _table;

        public Racing() => _table = new FlowTable<TestEntry>(100, new FlowClock(_time));

        public void Count(int key)
        {
            using var flow = _table.Open(TestEngine.Flow(key));
            var access = flow;
            if (!access.Exists)
                access.Add(new TestEntry { Key = key }, access.Now + 20);
            access.Entry.Value++;
        }

        public void Remove(int key) => FlowTableModelTests.Remove(_table, key);

        public void Step(int ticks)
        {
            _time.Advance(TimeSpan.FromMilliseconds(100 * ticks));
            lock (_monitor)
                _table.Advance();
        }

        public string Contents() => string.Join(' ', Enumerable.Range(0, 6).Select(key =>
        {
            using var flow = _table.Open(TestEngine.Flow(key));
            return flow.Exists ? $"{key}:{flow.Entry.Value}" : "-";
        }));
    }
}
