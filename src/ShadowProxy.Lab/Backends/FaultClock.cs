using ShadowProxy.Lab.Faults;

namespace ShadowProxy.Lab.Backends;

/// <summary>Where a backend stands in its script. Before a scenario starts all is normal. Safe for any number of threads.</summary>
/// <param name="time">Clock.</param>
/// <param name="seed">Seed until a scenario starts.</param>
/// <param name="crash">Ends the process at once; called when the script says so.</param>
internal sealed class FaultClock(TimeProvider time, int seed, Action crash) : IDisposable
{
    private sealed record Run(FaultScript Script, long StartedAt, double FairRps, SeededDice Dice);

    private const double UsualFairRps = 50;
    private ITimer? _crash;
    private volatile Run _run = new(new FaultScript(TimeSpan.FromDays(1), []), time.GetTimestamp(), UsualFairRps, new SeededDice(seed));

    public FaultLevel Level
    {
        get
        {
            var run = _run;
            return run.Script.At(time.GetElapsedTime(run.StartedAt));
        }
    }

    /// <summary>Requests a second that are the backend's fair share.</summary>
    public double FairRps => _run.FairRps;

    public SeededDice Dice => _run.Dice;

    /// <summary>Starts a script, of which some time has already passed; a later start replaces it. A crash in that time is past.</summary>
    public void Start(FaultScript script, double fairRps, int seed, TimeSpan elapsed = default)
    {
        _run = new Run(script, time.GetTimestamp() - (long)(elapsed.TotalSeconds * time.TimestampFrequency), fairRps, new SeededDice(seed));
        _crash?.Dispose();
        _crash = script.CrashAt - elapsed is { Ticks: >= 0 } at ? time.CreateTimer(_ => crash(), null, at, Timeout.InfiniteTimeSpan) : null;
    }

    public void Dispose() => _crash?.Dispose();
}
