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
    ];

    /// <summary>All names, in the order in which a help text should list them.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Shapes.Select(shape => shape.Name)];

    /// <summary>Finds a scenario.</summary>
    /// <param name="name">One of <see cref="Names"/>; case matters.</param>
    /// <param name="seed">Picks the backend that falls ill; the same seed, the same scenario.</param>
    /// <param name="duration">Length of the run, over which the script is spread; positive.</param>
    /// <param name="scenario">The scenario, when there is one of that name.</param>
    /// <param name="backends">Number of backends, 1 or more.</param>
    public static bool TryGet(string name, int seed, TimeSpan duration, [NotNullWhen(true)] out Scenario? scenario, int backends = 4)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(backends, 1);
        var shape = Shapes.FirstOrDefault(shape => shape.Name == name);
        int? sick = shape?.Fate == Fate.OneFallsIll ? new Random(seed).Next(backends) : null;
        scenario = shape is null ? null : new Scenario(shape.Name, shape.Description, sick, duration, shape.Keyframes);
        return scenario is not null;
    }

    /// <summary>Finds a scenario, as <see cref="TryGet"/> does.</summary>
    /// <exception cref="ArgumentException">There is none of that name.</exception>
    public static Scenario Get(string name, int seed, TimeSpan duration, int backends = 4) =>
        TryGet(name, seed, duration, out var scenario, backends)
            ? scenario
            : throw new ArgumentException($"No scenario '{name}': want one of {string.Join(", ", Names)}.", nameof(name));
}
