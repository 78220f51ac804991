using System.Diagnostics.CodeAnalysis;

namespace ShadowProxy;

/// <summary>The one source of randomness: seeded in tests and simulations, the process's own otherwise. Thread-safe.</summary>
internal sealed class RandomSource
{
    private readonly Random _random;
    private readonly Lock? _lock;

    /// <param name="seed">The seed; without one, the runtime's thread-safe generator.</param>
    [SuppressMessage("ApiDesign", "RS0030", Justification = "The one place where unseeded randomness enters.")]
    public RandomSource(int? seed = null)
    {
        _random = seed is { } value ? new Random(value) : Random.Shared;
        _lock = seed is null ? null : new Lock();
    }

    /// <summary>0 (inclusive) to <paramref name="exclusive"/>.</summary>
    public int Next(int exclusive)
    {
        if (_lock is null)
            return _random.Next(exclusive);
        lock (_lock)
            return _random.Next(exclusive);
    }

    /// <summary>0 (inclusive) to 1 (exclusive).</summary>
    public double NextDouble()
    {
        if (_lock is null)
            return _random.NextDouble();
        lock (_lock)
            return _random.NextDouble();
    }
}
