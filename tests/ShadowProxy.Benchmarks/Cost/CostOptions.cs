using ShadowProxy.Benchmarks.Cost.Proxies;
using ShadowProxy.Benchmarks.Cost.Workloads;

namespace ShadowProxy.Benchmarks.Cost;

/// <summary>What to measure.</summary>
/// <param name="Rows">The workloads.</param>
/// <param name="Proxies">The proxies.</param>
/// <param name="Rounds">How many times each proxy is measured in each row.</param>
/// <param name="Length">How long each run takes.</param>
/// <param name="Patience">How many seconds of warm-up in a row make a proxy no cheaper before it counts as warm.</param>
/// <param name="Paced">Whether there are runs at a fixed rate, beside those without pause.</param>
/// <param name="Reports">Whether the nodes report their load with each answer.</param>
internal sealed record CostOptions(
    IReadOnlyList<Workload> Rows, IReadOnlyList<ProxyKind> Proxies, int Rounds, TimeSpan Length, int Patience, bool Paced, bool Reports);
