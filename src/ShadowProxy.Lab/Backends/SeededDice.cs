namespace ShadowProxy.Lab.Backends;

/// <summary>The backend's chance: one seeded sequence for all requests. Safe for any number of threads.</summary>
internal sealed class SeededDice(int seed)
{
    private readonly Lock _lock = new();
    private readonly Random _random = new(seed);

    /// <summary>True with a probability.</summary>
    public bool Chance(double probability) => probability > 0 && Next() < probability;

    /// <summary>A log-normal variate; <paramref name="sigma"/> is the standard deviation of its logarithm.</summary>
    public double LogNormal(double median, double sigma)
    {
        // Box and Muller, 1958.
        var normal = Math.Sqrt(-2 * Math.Log(1 - Next())) * Math.Cos(2 * Math.PI * Next());
        return median * Math.Exp(sigma * normal);
    }

    private double Next()
    {
        lock (_lock)
            return _random.NextDouble();
    }
}
