using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using ShadowProxy.Nodes;
using ShadowProxy.Signatures;
using ShadowProxy.Tables;

namespace ShadowProxy.State;

/// <summary>
/// A <see cref="FlowRecord"/> as it stands in the state file. Enums are saved as their numbers. Whoever changes the layout, or what a number
/// means, raises <see cref="StateHeader.Version"/>.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 1, Size = SavedFlow.Size)]
internal struct SavedFlow
{
    /// <summary>Bytes that it takes.</summary>
    public const int Size = 84;

    private Signature _signature;
    private uint _lastSeen;
    private uint _expires;
    private uint _limit;
    private uint _retention;
    private uint _primarySince;
    private uint _movedForIssue;
    private uint _requests;
    private float _rate;
    private float _latencyMs;
    private float _errors;
    private ushort _primary;
    private ushort _home;
    private ushort _lastPrimary;
    private Numbers _shadows;
    private Scores _scores;
    private bool _isLive;
    private FlowAction _action;
    private FlowFlags _flags;
    private byte _failures;
    private byte _slowAnswers;
    private FlowAction _rememberedAction;
    private byte _begotten;
    private byte _moves;

    /// <summary>The record, saved.</summary>
    /// <param name="record">The record.</param>
    /// <param name="numbers">The numbers of the nodes.</param>
    public static SavedFlow From(in FlowRecord record, Dictionary<NodeRef, ushort> numbers)
    {
        ref readonly var flow = ref record.Flow;
        ref readonly var shadow = ref record.Shadow;
        var saved = new SavedFlow
        {
            _signature = record.Signature,
            _isLive = record.IsLive,
            _lastSeen = record.LastSeen,
            _expires = record.Expires,
            _limit = flow.Limit,
            _retention = flow.Retention,
            _primarySince = flow.PrimarySince,
            _movedForIssue = flow.MovedForIssue,
            _requests = flow.Requests,
            _rate = flow.Rate,
            _latencyMs = flow.LatencyMs,
            _errors = flow.Errors,
            _primary = numbers.GetValueOrDefault(flow.Primary),
            _home = numbers.GetValueOrDefault(shadow.Home),
            _lastPrimary = numbers.GetValueOrDefault(shadow.LastPrimary),
            _action = flow.Action,
            _flags = flow.Flags,
            _failures = flow.Failures,
            _slowAnswers = flow.SlowAnswers,
            _rememberedAction = shadow.Action,
            _begotten = shadow.Begotten,
            _moves = shadow.Moves,
        };
        for (var rank = 0; rank < ShadowList.Capacity; rank++)
        {
            saved._shadows[rank] = numbers.GetValueOrDefault(shadow.Shadows[rank]);
            saved._scores[rank] = (byte)Math.Round(shadow.Shadows.Score(rank) * byte.MaxValue);
        }

        return saved;
    }

    /// <summary>The record again.</summary>
    /// <param name="nodes">The nodes by their numbers.</param>
    /// <param name="shift">What to add to a time of the file to have it on this process's clock.</param>
    public readonly FlowRecord ToRecord(ReadOnlySpan<NodeRef> nodes, long shift)
    {
        var shadow = new ShadowEntry
        {
            Home = Find(nodes, _home),
            LastPrimary = Find(nodes, _lastPrimary),
            Action = _rememberedAction,
            Begotten = _begotten,
            Moves = _moves,
        };
        for (var rank = 0; rank < ShadowList.Capacity; rank++)
            shadow.Shadows.Set(rank, Find(nodes, _shadows[rank]), _scores[rank] / (double)byte.MaxValue);
        return new FlowRecord
        {
            Signature = _signature,
            IsLive = _isLive,
            LastSeen = Shift(_lastSeen, shift),
            Expires = Shift(_expires, shift),
            Shadow = shadow,
            Flow = new FlowEntry
            {
                Primary = Find(nodes, _primary),
                Limit = Shift(_limit, shift),
                Retention = _retention,
                PrimarySince = Shift(_primarySince, shift),
                MovedForIssue = Shift(_movedForIssue, shift),
                Requests = _requests,
                Rate = _rate,
                LatencyMs = _latencyMs,
                Errors = _errors,
                Action = _action,
                Flags = _flags,
                Failures = _failures,
                SlowAnswers = _slowAnswers,
            },
        };
    }

    private static NodeRef Find(ReadOnlySpan<NodeRef> nodes, ushort number) => number < nodes.Length ? nodes[number] : NodeRef.None;

    /// <summary>0 and never stay what they are.</summary>
    private static uint Shift(uint time, long shift) =>
        time is 0 or FlowClock.Never ? time : (uint)Math.Clamp(time + shift, 1, FlowClock.Never - 1);

    [InlineArray(ShadowList.Capacity)]
    private struct Numbers
    {
        private ushort _first;
    }

    [InlineArray(ShadowList.Capacity)]
    private struct Scores
    {
        private byte _first;
    }
}
