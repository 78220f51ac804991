using ShadowProxy.Benchmarks.Gray.Peers;

namespace ShadowProxy.Benchmarks.Gray;

/// <summary>What is compared, under which load.</summary>
/// <param name="Faults">Names of scenarios.</param>
/// <param name="Peers">The proxies.</param>
/// <param name="Seeds">Seeds of load and fault; each picks another sick node.</param>
/// <param name="Duration">Length of a run's load.</param>
/// <param name="Rate">Requests a second.</param>
/// <param name="Sessions">Client sessions.</param>
/// <param name="Lanes">How many runs go on at a time.</param>
/// <param name="Keep">Where the runs' folders stay: configurations, logs, and what ShadowProxy decided; null: nowhere.</param>
internal sealed record GrayOptions(
    IReadOnlyList<string> Faults,
    IReadOnlyList<IPeer> Peers,
    IReadOnlyList<int> Seeds,
    TimeSpan Duration,
    int Rate,
    int Sessions,
    int Lanes,
    DirectoryInfo? Keep)
{
    /// <summary>How many backends a run has.</summary>
    public const int Nodes = 4;

    /// <summary>
    /// All runs, in the order in which they start: those of one fault and seed, which share all chance, one right after the other, so that what
    /// disturbs the machine disturbs all proxies alike.
    /// </summary>
    public IEnumerable<GrayRun> Runs =>
        from seed in Seeds
        from fault in Faults
        from peer in Peers
        select new GrayRun(peer, fault, seed, this);
}
