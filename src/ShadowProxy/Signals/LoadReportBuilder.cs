using System.Collections.ObjectModel;

namespace ShadowProxy.Signals;

/// <summary>
/// Gathers the metrics of a load report, whatever its format, and holds them to the common rules: finite, not negative, within the
/// metric's range, named, known and given once. Each method returns null, or what is wrong.
/// </summary>
internal struct LoadReportBuilder()
{
    /// <summary>How many named metrics, of both kinds together, a report may hold.</summary>
    public const int MaxNamedMetrics = 64;

    private const int MaxQuotedLength = 40;

    private double _cpu = double.NaN;
    private double _memory = double.NaN;
    private double _application = double.NaN;
    private double _requests = double.NaN;
    private double _errors = double.NaN;
    private Dictionary<string, double>? _utilization;
    private Dictionary<string, double>? _namedMetrics;

    /// <summary>Sets a metric that ORCA itself names.</summary>
    /// <param name="name">A field's name in <c>OrcaLoadReport</c>, such as <c>cpu_utilization</c>.</param>
    /// <param name="value">Its value.</param>
    public string? Set(ReadOnlySpan<char> name, double value) => name switch
    {
        "cpu_utilization" => Set(ref _cpu, name, value, double.MaxValue),
        "mem_utilization" => Set(ref _memory, name, value, 1),
        "application_utilization" => Set(ref _application, name, value, double.MaxValue),
        "rps_fractional" => Set(ref _requests, name, value, double.MaxValue),
        "eps" => Set(ref _errors, name, value, double.MaxValue),
        _ => $"'{Quote(name)}' is no known metric",
    };

    /// <summary>Adds a utilisation of the application's own naming, 0 to 1.</summary>
    public string? AddUtilization(ReadOnlySpan<char> name, double value) => Add(ref _utilization, name, value, 1);

    /// <summary>Adds a measure of the application's own naming, 0 and up.</summary>
    public string? AddNamedMetric(ReadOnlySpan<char> name, double value) => Add(ref _namedMetrics, name, value, double.MaxValue);

    /// <summary>The report of all that was gathered.</summary>
    public readonly LoadReport Build() => new()
    {
        CpuUtilization = _cpu,
        MemoryUtilization = _memory,
        ApplicationUtilization = _application,
        RequestsPerSecond = _requests,
        ErrorsPerSecond = _errors,
        Utilization = OrNone(_utilization),
        NamedMetrics = OrNone(_namedMetrics),
    };

    /// <summary>A name as an error message may show it: cut short, without control characters.</summary>
    public static string Quote(ReadOnlySpan<char> name)
    {
        Span<char> quoted = stackalloc char[Math.Min(name.Length, MaxQuotedLength)];
        for (var index = 0; index < quoted.Length; index++)
            quoted[index] = char.IsControl(name[index]) || char.IsSurrogate(name[index]) ? '?' : name[index];
        return new string(quoted);
    }

    private static string? Set(ref double field, ReadOnlySpan<char> name, double value, double most)
    {
        if (!double.IsNaN(field))
            return $"'{Quote(name)}' is given twice";
        field = value;
        return CheckRange(name, value, most);
    }

    private readonly string? Add(ref Dictionary<string, double>? metrics, ReadOnlySpan<char> name, double value, double most)
    {
        if (name.IsEmpty)
            return "a metric has no name";
        if ((_utilization?.Count ?? 0) + (_namedMetrics?.Count ?? 0) >= MaxNamedMetrics)
            return $"more than {MaxNamedMetrics} named metrics";
        metrics ??= [];
        return metrics.TryAdd(name.ToString(), value) ? CheckRange(name, value, most) : $"'{Quote(name)}' is given twice";
    }

    private static string? CheckRange(ReadOnlySpan<char> name, double value, double most) =>
        value >= 0 && value <= most ? null : $"'{Quote(name)}' is {value:R}; {(most > 1 ? "a finite number from 0 up" : "0 to 1")} would be right";

    private static IReadOnlyDictionary<string, double> OrNone(Dictionary<string, double>? metrics) =>
        metrics is null ? ReadOnlyDictionary<string, double>.Empty : metrics;
}
