using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace ShadowProxy.Lab.Faults;

/// <summary>The scenarios, by the names that the demo, the tests and the benchmarks share.</summary>
public static class Scenarios
{
    private enum Fate
    {
        OneFallsIll,
        AllAlike,
    }

    private sealed record Shape(string Name, string Description, Fate Fate, ImmutableArray<FaultKeyframe> Keyframes);

    private static readonly FaultLevel Normal = FaultLevel.Normal;
    private static readonly FaultLevel Strained = Normal with { Cpu = 0.98, Memory = 0.95 };
    private static readonly FaultLevel Slow = Strained with { ExtraDelayMs = 400 };
    private static readonly FaultLevel Failing = Slow with { ErrorRate = 0.5 };
    private static readonly FaultLevel Busy = Normal with { Cpu = 0.97 };
    private static readonly FaultLevel Full = Normal with { Cpu = 0.45, Memory = 0.98, ExtraDelayMs = 40 };
    private static readonly FaultLevel Flap = Normal with { ExtraDelayMs = 400, ErrorRate = 0.1 };

    private static readonly ImmutableArray<Shape> Shapes =
    [
        new("degrade", "One backend's CPU and memory climb, then its latency, then its errors; then it dies.", Fate.OneFallsIll,
        [
            new(0.20, Normal),
            new(0.45, Strained),
            new(0.60, Slow),
            new(0.75, Failing),
            new(0.85, Failing with { Crashed = true }),
        ]),
        new("crash", "One backend dies without warning.", Fate.OneFallsIll,
        [
            new(0.40, Normal with { Crashed = true }),
        ]),
        new("overload", "All backends alike run short of CPU and slow down.", Fate.AllAlike,
        [
            new(0.30, Normal),
            new(0.40, Normal with { Cpu = 0.97, ExtraDelayMs = 60 }),
            new(1.00, Normal with { Cpu = 0.97, ExtraDelayMs = 150 }),
        ]),
        new("healthy", "All backends are well; one answer in 200 is 110 ms late, at random.", Fate.AllAlike,
        [
            new(0.00, Normal with { SlowRate = 0.005, SlowMs = 110 }),
        ]),
        new("latency-ramp", "One backend's CPU climbs, then its latency, to 400 ms.", Fate.OneFallsIll,
        [
            new(0.30, Normal),
            new(0.42, Busy),
            new(0.45, Busy),
            new(0.60, Busy with { ExtraDelayMs = 400 }),
        ]),
        new("leak", "One backend's memory climbs until it dies, and it stays away.", Fate.OneFallsIll,
        [
            new(0.30, Normal),
            new(0.60, Full with { Memory = 0.87, ExtraDelayMs = 0 }),
            new(0.70, Full),
            new(0.70, Full with { Crashed = true }),
        ]),
        new("error-ramp", "One backend answers more and more requests with 503, up to half of them.", Fate.OneFallsIll,
        [
            new(0.40, Normal),
            new(0.60, Normal with { ErrorRate = 0.5 }),
        ]),
        new("hang", "One backend never answers 15% of its requests.", Fate.OneFallsIll,
        [
            new(0.40, Normal),
            new(0.40, Normal with { HangRate = 0.15 }),
        ]),
        new("restart", "One backend dies without warning, and comes back well.", Fate.OneFallsIll,
        [
            new(0.40, Normal with { Crashed = true }),
            new(0.56, Normal),
        ]),
        new("flapping", "One backend is slow and fails at times, four times over, and is well in between.", Fate.OneFallsIll,
        [
            .. from start in (double[])[0.40, 0.55, 0.70, 0.85]
               from keyframe in (FaultKeyframe[])[new(start, Normal), new(start, Flap), new(start + 0.09, Flap), new(start + 0.09, Normal)]
               select keyframe,
        ]),
        new("slow", "One backend turns 300 ms slow, and reports nothing of it.", Fate.OneFallsIll,
        [
            new(0.40, Normal),
            new(0.42, Normal with { ExtraDelayMs = 300 }),
        ]),
        new("slow-sessions", "One backend turns 300 ms slow for a third of its sessions, and reports nothing of it.", Fate.OneFallsIll,
        [
            new(0.40, Normal),
            new(0.40, Normal with { SlowSessions = 1 / 3.0, SlowMs = 300 }),
        ]),
    ];

    /// <summary>All names, in the order in which a help text should list them.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Shapes.Select(shape => shape.Name)];

    /// <summary>Finds a scenario.</summary>
    /// <param name="name">One of <see cref="Names"/>; case matters.</param>
    /// <param name="seed">Picks the backend that falls ill, each in its turn: seed 1 the first, seed 2 the second, and so on.</param>
    /// <param name="duration">Length of the run, over which the script is spread; positive.</param>
    /// <param name="scenario">The scenario, when there is one of that name.</param>
    /// <param name="backends">Number of backends, 1 or more.</param>
    public static bool TryGet(string name, int seed, TimeSpan duration, [NotNullWhen(true)] out Scenario? scenario, int backends = 4)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(backends, 1);
        var shape = Shapes.FirstOrDefault(shape => shape.Name == name);
        int? sick = shape?.Fate == Fate.OneFallsIll ? InTurn(seed, backends) : null;
        scenario = shape is null ? null : new Scenario(shape.Name, shape.Description, sick, duration, shape.Keyframes);
        return scenario is not null;
    }

    /// <summary>Finds a scenario, as <see cref="TryGet"/> does.</summary>
    /// <exception cref="ArgumentException">There is none of that name.</exception>
    public static Scenario Get(string name, int seed, TimeSpan duration, int backends = 4) =>
        TryGet(name, seed, duration, out var scenario, backends)
            ? scenario
            : throw new ArgumentException($"No scenario '{name}': want one of {string.Join(", ", Names)}.", nameof(name));

    private static int InTurn(int seed, int backends) => (int)((((seed - 1L) % backends) + backends) % backends);
}
