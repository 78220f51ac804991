using System.Collections.Immutable;

namespace ShadowProxy.Lab.Faults;

/// <summary>
/// What befalls one backend in the course of a run: a pure function of the time since the run began. Immutable.
/// </summary>
public sealed class FaultScript
{
    /// <summary>An answer that takes longer than this is slow, in milliseconds.</summary>
    public const double SlowAnswerMs = 100;

    /// <summary>Median time in which a well sample backend answers, in milliseconds.</summary>
    public const double ServiceMs = 3;

    private readonly TimeSpan _duration;
    private readonly ImmutableArray<FaultKeyframe> _keyframes;

    /// <summary>Makes a script of keyframes; it starts at <see cref="FaultLevel.Normal"/> and keeps its last level to the end.</summary>
    /// <param name="duration">Length of the run; positive.</param>
    /// <param name="keyframes">In order of <see cref="FaultKeyframe.At"/>; empty = nothing befalls it.</param>
    /// <exception cref="ArgumentException">
    /// The duration is not positive, or a keyframe lies outside the run or before its predecessor.
    /// </exception>
    public FaultScript(TimeSpan duration, ReadOnlySpan<FaultKeyframe> keyframes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(duration, TimeSpan.Zero);
        _duration = duration;
        _keyframes = [new FaultKeyframe(0, FaultLevel.Normal), .. keyframes];
        for (var i = 1; i < _keyframes.Length; i++)
        {
            if (!(_keyframes[i].At >= _keyframes[i - 1].At && _keyframes[i].At <= 1))
                throw new ArgumentException($"Keyframe {i - 1} is at {_keyframes[i].At}: want 0 to 1, ascending.", nameof(keyframes));
        }

        FirstSymptom = FindFirst(SymptomIn);
        CrashAt = FindFirst(static (from, _) => from.Level.Crashed ? from.At : double.NaN);
        ReturnAt = FindFirst(static (from, to) => from.Level.Crashed && !to.Level.Crashed ? to.At : double.NaN);
    }

    /// <summary>
    /// When the backend would first answer slowly (the median, of all or of some sessions, over <see cref="SlowAnswerMs"/>), fail, hang or
    /// be gone, whether or not anyone asks it; null if never. Single late answers (<see cref="FaultLevel.SlowRate"/>) are no symptom.
    /// </summary>
    public TimeSpan? FirstSymptom { get; }

    /// <summary>When the process ends; null if never.</summary>
    public TimeSpan? CrashAt { get; }

    /// <summary>When a new process is to take the place of the one that ended; null if never.</summary>
    public TimeSpan? ReturnAt { get; }

    /// <summary>The level at a time since the start of the run; before it as at its start, after it as at its end.</summary>
    public FaultLevel At(TimeSpan elapsed)
    {
        var at = elapsed / _duration;
        var next = 0;
        while (next < _keyframes.Length && _keyframes[next].At <= at)
            next++;
        if (next == 0)
            return _keyframes[0].Level;
        if (next == _keyframes.Length)
            return _keyframes[^1].Level;

        var (from, to) = (_keyframes[next - 1], _keyframes[next]);
        return FaultLevel.Lerp(from.Level, to.Level, (at - from.At) / (to.At - from.At));
    }

    /// <summary>Asks of each stretch between two keyframes, and of the one after the last; NaN = not here.</summary>
    private TimeSpan? FindFirst(Func<FaultKeyframe, FaultKeyframe, double> find)
    {
        for (var i = 0; i < _keyframes.Length; i++)
        {
            var from = _keyframes[i];
            var to = i + 1 < _keyframes.Length ? _keyframes[i + 1] : _keyframes[i] with { At = double.PositiveInfinity };
            if (to.At > from.At && find(from, to) is not double.NaN and var at)
                return at * _duration;
        }

        return null;
    }

    private static double SymptomIn(FaultKeyframe from, FaultKeyframe to)
    {
        const double Limit = SlowAnswerMs - ServiceMs;
        var (before, after) = (from.Level, to.Level);
        if (before.Crashed || before.ExtraDelayMs > Limit || Fails(before) || Fails(after))
            return from.At;
        return after.ExtraDelayMs > Limit
            ? double.Lerp(from.At, to.At, (Limit - before.ExtraDelayMs) / (after.ExtraDelayMs - before.ExtraDelayMs))
            : double.NaN;
    }

    private static bool Fails(in FaultLevel level) => level.ErrorRate > 0 || level.HangRate > 0 || level.SlowSessions > 0;
}
