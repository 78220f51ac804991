using ShadowProxy.Lab.Load;

namespace ShadowProxy.Lab.Summary;

/// <summary>What one run of a scenario came to. Times are from the start of the load; null where nothing of the kind happened.</summary>
public sealed record RunSummary
{
    /// <summary>The scenario's name.</summary>
    public required string Scenario { get; init; }

    /// <summary>The seed of load and faults.</summary>
    public required int Seed { get; init; }

    /// <inheritdoc cref="LoadStatus.Requests"/>
    public required long Requests { get; init; }

    /// <inheritdoc cref="LoadStatus.Failed"/>
    public required long Failed { get; init; }

    /// <inheritdoc cref="LoadStatus.Slow"/>
    public required long Slow { get; init; }

    /// <inheritdoc cref="LoadStatus.P50Ms"/>
    public double? P50Ms { get; init; }

    /// <inheritdoc cref="LoadStatus.P99Ms"/>
    public double? P99Ms { get; init; }

    /// <inheritdoc cref="LoadStatus.P999Ms"/>
    public double? P999Ms { get; init; }

    /// <summary>When the sick node would first answer slow or fail, by its fault script, whether or not anyone was there.</summary>
    public double? FirstSymptomSeconds { get; init; }

    /// <summary>When the first flow moved.</summary>
    public double? FirstMigrationSeconds { get; init; }

    /// <summary>How long before the first symptom the first flow moved; negative where it moved after it.</summary>
    public double? LeadSeconds => Round(FirstSymptomSeconds - FirstMigrationSeconds);

    /// <summary>How many flows moved; null where nothing could move them.</summary>
    public long? FlowsMigrated { get; init; }

    /// <summary>How many flows left a node that was well; null where nothing could move them.</summary>
    public long? FlowsMigratedWhileHealthy { get; init; }

    /// <summary>Executions of a POST beyond its first, over all backends.</summary>
    public required long DuplicatePosts { get; init; }

    /// <summary>Sums a run up.</summary>
    /// <param name="scenario">The scenario's name.</param>
    /// <param name="seed">The seed of load and faults.</param>
    /// <param name="load">How the load ended.</param>
    /// <param name="firstSymptom">When the sick node first shows a symptom, by its script; null without a sick node.</param>
    /// <param name="migrations">What moved; null where the proxy moves no flows.</param>
    /// <param name="executedWork">The ids of the POSTs that the backends executed, once for each execution.</param>
    public static RunSummary Of(
        string scenario, int seed, LoadStatus load, TimeSpan? firstSymptom, MigrationTally? migrations, IEnumerable<string> executedWork)
    {
        ArgumentNullException.ThrowIfNull(load);
        return new RunSummary
        {
            Scenario = scenario,
            Seed = seed,
            Requests = load.Requests,
            Failed = load.Failed,
            Slow = load.Slow,
            P50Ms = load.P50Ms,
            P99Ms = load.P99Ms,
            P999Ms = load.P999Ms,
            FirstSymptomSeconds = Round(firstSymptom?.TotalSeconds),
            FirstMigrationSeconds = Round(migrations?.First?.TotalSeconds),
            FlowsMigrated = migrations?.Flows,
            FlowsMigratedWhileHealthy = migrations?.WhileHealthy,
            DuplicatePosts = CountDuplicates(executedWork),
        };
    }

    private static long CountDuplicates(IEnumerable<string> executedWork)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        return executedWork.LongCount(id => !seen.Add(id));
    }

    private static double? Round(double? seconds) => seconds is { } value ? Math.Round(value, 3) : null;
}

/// <summary>The migrations of a run.</summary>
/// <param name="First">When the first flow moved, from the start of the load; null where none did.</param>
/// <param name="Flows">How many flows moved.</param>
/// <param name="WhileHealthy">How many of them left a node that was well.</param>
public sealed record MigrationTally(TimeSpan? First, long Flows, long WhileHealthy);
