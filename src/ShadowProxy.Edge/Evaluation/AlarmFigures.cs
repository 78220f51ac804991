namespace ShadowProxy.Edge.Evaluation;

/// <summary>How alarms meet incidents, counted over one node or many; counts add up.</summary>
internal readonly record struct AlarmFigures
{
    private const double SecondsPerDay = 86_400;

    /// <summary>An incident that is met within this time of its start counts as met promptly.</summary>
    public const double PromptSeconds = 120;

    /// <summary>What a node does this long after an incident belongs to it: alarms are neither hits nor false there.</summary>
    public const double AftermathSeconds = 1800;

    /// <summary>In how many places, evenly spread over the span, rotated alarms are counted.</summary>
    public const int Rotations = 48;

    /// <summary>Incidents.</summary>
    public int Incidents { get; init; }

    /// <summary>Incidents in which an alarm was raised.</summary>
    public int Met { get; init; }

    /// <summary>Incidents in which one was raised within two minutes of the start.</summary>
    public int MetPromptly { get; init; }

    /// <summary>Incidents met by the same alarms rotated in time, as a mean: what chance alone meets.</summary>
    public double MetByChance { get; init; }

    /// <summary><see cref="MetPromptly"/>, by chance alone.</summary>
    public double MetPromptlyByChance { get; init; }

    /// <summary>Alarms raised outside incidents and their aftermath.</summary>
    public int FalseAlarms { get; init; }

    /// <summary>All alarms.</summary>
    public int Alarms { get; init; }

    /// <summary>Days outside incidents and their aftermath.</summary>
    public double QuietDays { get; init; }

    /// <summary>The part of the incidents that were met.</summary>
    public double Recall => Part(Met);

    /// <summary>The part that was met within two minutes.</summary>
    public double PromptRecall => Part(MetPromptly);

    /// <summary>False alarms a quiet node-day.</summary>
    public double FalseAlarmsPerDay => QuietDays > 0 ? FalseAlarms / QuietDays : 0;

    /// <summary>What chance alone would reach of <see cref="Recall"/>.</summary>
    public double ChanceRecall => Part(MetByChance);

    /// <summary>What chance alone would reach of <see cref="PromptRecall"/>.</summary>
    public double ChancePromptRecall => Part(MetPromptlyByChance);

    /// <summary>The figures of both.</summary>
    public static AlarmFigures operator +(in AlarmFigures a, in AlarmFigures b) => new()
    {
        Incidents = a.Incidents + b.Incidents,
        Met = a.Met + b.Met,
        MetPromptly = a.MetPromptly + b.MetPromptly,
        MetByChance = a.MetByChance + b.MetByChance,
        MetPromptlyByChance = a.MetPromptlyByChance + b.MetPromptlyByChance,
        FalseAlarms = a.FalseAlarms + b.FalseAlarms,
        Alarms = a.Alarms + b.Alarms,
        QuietDays = a.QuietDays + b.QuietDays,
    };

    /// <summary>The first alarm within each incident, as seconds after its start; NaN where there is none.</summary>
    /// <param name="incidents">The incidents.</param>
    /// <param name="alarms">The times of the alarms, ascending.</param>
    public static double[] Delays(IReadOnlyList<Incident> incidents, ReadOnlySpan<double> alarms)
    {
        var delays = new double[incidents.Count];
        for (var i = 0; i < delays.Length; i++)
        {
            var first = alarms.BinarySearch(incidents[i].Start);
            if (first < 0)
                first = ~first;
            delays[i] = first < alarms.Length && incidents[i].Contains(alarms[first]) ? alarms[first] - incidents[i].Start : double.NaN;
        }

        return delays;
    }

    /// <summary>Counts the alarms of one node.</summary>
    /// <param name="node">The node.</param>
    /// <param name="alarms">The alarms of its scored span, ascending.</param>
    public static AlarmFigures Of(RecordedNode node, IReadOnlyList<Alarm> alarms)
    {
        double[] times = [.. alarms.Select(alarm => alarm.Seconds)];
        var delays = Delays(node.Incidents, times);
        double met = 0, promptly = 0;
        for (var rotation = 1; rotation <= Rotations; rotation++)
        {
            var rotated = Delays(node.Incidents, Rotate(times, node.From, node.To, (double)rotation / (Rotations + 1)));
            met += rotated.Count(delay => !double.IsNaN(delay));
            promptly += rotated.Count(delay => delay <= PromptSeconds);
        }

        var quiet = 0.0;
        foreach (var (start, end) in Quiet(node))
            quiet += end - start;
        return new AlarmFigures
        {
            Incidents = node.Incidents.Count,
            Met = delays.Count(delay => !double.IsNaN(delay)),
            MetPromptly = delays.Count(delay => delay <= PromptSeconds),
            MetByChance = met / Rotations,
            MetPromptlyByChance = promptly / Rotations,
            FalseAlarms = times.Count(time => !node.Incidents.Any(incident => IsOf(incident, time))),
            Alarms = times.Length,
            QuietDays = quiet / SecondsPerDay,
        };
    }

    private static bool IsOf(in Incident incident, double time) => time >= incident.Start && time <= incident.End + AftermathSeconds;

    /// <summary>The spans outside incidents and their aftermath.</summary>
    private static IEnumerable<(double Start, double End)> Quiet(RecordedNode node)
    {
        var from = node.From;
        foreach (var incident in node.Incidents)
        {
            if (incident.Start > from)
                yield return (from, Math.Min(incident.Start, node.To));
            from = Math.Max(from, incident.End + AftermathSeconds);
        }

        if (from < node.To)
            yield return (from, node.To);
    }

    private static double[] Rotate(double[] times, double from, double to, double part)
    {
        var span = to - from;
        double[] rotated = [.. times.Select(time => from + ((time - from + (part * span)) % span))];
        Array.Sort(rotated);
        return rotated;
    }

    private double Part(double met) => Incidents > 0 ? met / Incidents : 0;
}
