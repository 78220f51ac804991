using System.Text.Json;

namespace ShadowProxy.Benchmarks.Gray;

/// <summary>All that was measured.</summary>
/// <param name="Options">What was compared.</param>
/// <param name="Started">When.</param>
/// <param name="MachineBusyPercent">How busy the machine was meanwhile, in the mean.</param>
/// <param name="Versions">Version of each proxy; null for the absent ones.</param>
/// <param name="Runs">The runs that were done.</param>
internal sealed record GrayReport(
    GrayOptions Options, DateTimeOffset Started, double MachineBusyPercent, IReadOnlyDictionary<string, string?> Versions, IReadOnlyList<RunResult> Runs)
{
    private static readonly JsonSerializerOptions JsonOptions = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>The faults that have a run, in the order asked for: the rows.</summary>
    public IReadOnlyList<string> Faults { get; } = [.. Options.Faults.Where(fault => Runs.Any(run => run.Fault == fault))];

    /// <summary>The proxies that have a run, in the order asked for: the columns.</summary>
    public IReadOnlyList<string> Proxies { get; } =
        [.. Options.Peers.Select(peer => peer.Name).Where(name => Runs.Any(run => run.Proxy == name))];

    /// <summary>How it was called, so that others can.</summary>
    public string Command =>
        $"gray --faults {string.Join(',', Options.Faults)} --proxies {string.Join(',', Options.Peers.Select(peer => peer.Name))}"
        + $" --seeds {string.Join(',', Options.Seeds)} --duration {Options.Duration.TotalSeconds} --rate {Options.Rate}"
        + $" --sessions {Options.Sessions} --lanes {Options.Lanes}";

    /// <summary>The pooled figures of a cell; null where no run of it was done.</summary>
    public Figures? this[string fault, string proxy] =>
        Runs.Where(run => run.Fault == fault && run.Proxy == proxy).Select(run => run.Figures).ToList() is { Count: > 0 } runs
            ? Figures.Pool(runs)
            : null;

    /// <summary>Everything, but for single latencies.</summary>
    public string ToJson() => JsonSerializer.Serialize(
        new
        {
            Command,
            Started,
            Machine = Machine.This,
            MachineBusyPercent,
            Versions,
            Pooled = from fault in Faults
                     from proxy in Proxies
                     where this[fault, proxy] is not null
                     select new { fault, proxy, figures = this[fault, proxy] },
            Runs,
        },
        JsonOptions);
}
