using System.Globalization;
using ShadowProxy.Lab.Faults;

namespace ShadowProxy.Lab.Backends;

/// <summary>Starts a scenario on a backend: a line on its standard input, <c>start SCENARIO INDEX COUNT SEED SECONDS RPS ELAPSED</c>.</summary>
/// <param name="Scenario">Name of the scenario.</param>
/// <param name="Index">Which of the backends this is, from 0.</param>
/// <param name="Count">How many backends there are.</param>
/// <param name="Seed">Seed of the scenario.</param>
/// <param name="Duration">Length of the run.</param>
/// <param name="FairRps">Requests a second that are this backend's fair share; positive.</param>
/// <param name="Elapsed">What of the run is already over, for a backend that comes back into it. Default: nothing.</param>
public sealed record StartCommand(
    string Scenario, int Index, int Count, int Seed, TimeSpan Duration, double FairRps, TimeSpan Elapsed = default)
{
    /// <summary>The line.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"start {Scenario} {Index} {Count} {Seed} {Duration.TotalSeconds} {FairRps} {Elapsed.TotalSeconds}");

    /// <summary>What befalls this backend, or null if there is no such scenario.</summary>
    public FaultScript? Script() => Scenarios.TryGet(Scenario, Seed, Duration, out var scenario, Count) ? scenario.For(Index) : null;

    /// <summary>Reads a line; null if it is not a well-formed one.</summary>
    public static StartCommand? TryParse(string line) =>
        line.Split(' ') is ["start", var scenario, var index, var count, var seed, var seconds, var rps, var elapsed]
        && int.TryParse(index, CultureInfo.InvariantCulture, out var i)
        && int.TryParse(count, CultureInfo.InvariantCulture, out var n)
        && int.TryParse(seed, CultureInfo.InvariantCulture, out var s)
        && double.TryParse(seconds, CultureInfo.InvariantCulture, out var duration)
        && double.TryParse(rps, CultureInfo.InvariantCulture, out var fairRps)
        && double.TryParse(elapsed, CultureInfo.InvariantCulture, out var passed)
        && i >= 0 && i < n && duration is > 0 and < 1e6 && fairRps is > 0 and < 1e9 && passed is >= 0 and < 1e6
            ? new StartCommand(scenario, i, n, s, TimeSpan.FromSeconds(duration), fairRps, TimeSpan.FromSeconds(passed))
            : null;
}
