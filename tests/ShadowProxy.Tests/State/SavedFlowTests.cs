using System.Runtime.CompilerServices;
using CsCheck;
using ShadowProxy.Nodes;
using ShadowProxy.Signatures;
using ShadowProxy.State;
using ShadowProxy.Tables;

namespace ShadowProxy.Tests.State;

public sealed class SavedFlowTests
{
    private const int Shift = -5000;

    private static readonly NodeRef[] Nodes = [NodeRef.None, .. Enumerable.Range(1, 40).Select(i => new NodeRef((ushort)i, (ushort)(i * 7)))];

    private static readonly Dictionary<NodeRef, ushort> Numbers =
        Nodes.Skip(1).Select((node, index) => (node, index)).ToDictionary(pair => pair.node, pair => (ushort)(pair.index + 1));

    private static readonly Gen<uint> Time = OneOf(0u, FlowClock.Never, 10_000u, 900_000u);

    private static readonly Gen<NodeRef> AnyNode = OneOf(Nodes);

    private static readonly Gen<FlowEntry> Flow =
        from nodes in AnyNode
        from times in Time.Array[3]
        from numbers in Gen.UInt.Array[2]
        from averages in Gen.Single[0, 1000].Array[3]
        from bytes in Gen.Byte.Array[3]
        from action in Gen.Enum<FlowAction>()
        select new FlowEntry
        {
            Primary = nodes,
            Limit = times[0],
            Retention = numbers[0],
            PrimarySince = times[1],
            MovedForIssue = times[2],
            Requests = numbers[1],
            Rate = averages[0],
            LatencyMs = averages[1],
            Errors = averages[2],
            Action = action,
            Flags = (FlowFlags)(bytes[0] & 127),
            Failures = bytes[1],
            SlowAnswers = bytes[2],
        };

    private static readonly Gen<FlowRecord> Record =
        from high in Gen.ULong
        from low in Gen.ULong
        from live in Gen.Bool
        from times in Time.Array[2]
        from flow in Flow
        from nodes in AnyNode.Array[6]
        from scores in Gen.Double[0, 1].Array[4]
        from action in Gen.Enum<FlowAction>()
        from begotten in Gen.Byte
        from moves in Gen.Byte
        select new FlowRecord
        {
            Signature = new Signature(high, low),
            IsLive = live,
            LastSeen = times[0],
            Expires = times[1],
            Flow = flow,
            Shadow = new ShadowEntry
            {
                Home = nodes[0],
                LastPrimary = nodes[1],
                Action = action,
                Begotten = begotten,
                Moves = moves,
                Shadows = List(nodes.AsSpan(2), scores),
            },
        };

    [Fact]
    public void Size_OfTheLayout_IsWhatTheFormatSays() => Assert.Equal(SavedFlow.Size, Unsafe.SizeOf<SavedFlow>());

    [Fact]
    public void ToRecord_OfASavedRecord_IsTheRecordAtShiftedTimes() => Record.Sample(record =>
    {
        var back = SavedFlow.From(record, Numbers).ToRecord(Nodes, Shift);

        var expected = Shifted(record);
        Assert.Equal(expected.Flow, back.Flow);
        Assert.Equal((expected.Signature, expected.IsLive, expected.LastSeen, expected.Expires), (back.Signature, back.IsLive, back.LastSeen, back.Expires));
        Assert.Equal(Parts(expected.Shadow), Parts(back.Shadow));
    });

    [Fact]
    public void ToRecord_NodesThatAreGone_AreNone()
    {
        var record = new FlowRecord { Flow = new FlowEntry { Primary = Nodes[3] }, Shadow = new ShadowEntry { Home = Nodes[2] } };

        var back = SavedFlow.From(record, Numbers).ToRecord([NodeRef.None, Nodes[1], NodeRef.None], 0);

        Assert.Equal((NodeRef.None, NodeRef.None), (back.Flow.Primary, back.Shadow.Home));
    }

    private static Gen<T> OneOf<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    private static object[] Parts(ShadowEntry shadow) =>
    [
        shadow.Home,
        shadow.LastPrimary,
        shadow.Action,
        shadow.Begotten,
        shadow.Moves,
        .. Enumerable.Range(0, ShadowList.Capacity).Select(rank => (shadow.Shadows[rank], shadow.Shadows.Score(rank))),
    ];

    private static FlowRecord Shifted(FlowRecord record)
    {
        record.LastSeen = Shifted(record.LastSeen);
        record.Expires = Shifted(record.Expires);
        record.Flow.Limit = Shifted(record.Flow.Limit);
        record.Flow.PrimarySince = Shifted(record.Flow.PrimarySince);
        record.Flow.MovedForIssue = Shifted(record.Flow.MovedForIssue);
        return record;
    }

    private static uint Shifted(uint time) => time is 0 or FlowClock.Never ? time : (uint)(time + Shift);

    private static ShadowList List(ReadOnlySpan<NodeRef> nodes, double[] scores)
    {
        var list = new ShadowList();
        for (var rank = 0; rank < ShadowList.Capacity; rank++)
            list.Set(rank, nodes[rank], scores[rank]);
        return list;
    }
}
