using System.Text.Encodings.Web;
using System.Text.Json;

namespace ShadowProxy.Benchmarks.Cost.Reporting;

/// <summary>All rows, and what they were measured with.</summary>
/// <param name="Command">What was called.</param>
/// <param name="Date">When it began.</param>
/// <param name="Machine">Processor, cores, kernel.</param>
/// <param name="Versions">Of proxies and tools.</param>
/// <param name="LeftOut">What is missing, and why.</param>
/// <param name="Rows">In the order of measurement.</param>
internal sealed record CostReport(
    string Command,
    DateTimeOffset Date,
    string Machine,
    IReadOnlyList<string> Versions,
    IReadOnlyList<string> LeftOut,
    IReadOnlyList<RowReport> Rows)
{
    private const string Method = """
        Load, proxy and four nodes share the machine; the proxies of a row run all the time and are loaded in turn, in another order each round.
        Figures are medians over the rounds, ratios medians of the ratios within a round. Requests/s are without pause: `wrk` (64 connections,
        1,024 session cookies), `h2load` (32 connections of 2 streams) for HTTP/2, own clients (32) for WebSockets; latencies are at a fixed
        rate, half of what YARP does with that load tool, by `h2load` or own clients. CPU and memory (PSS) are those of the proxy's whole
        process tree. HAProxy and nginx keep flows on their node by a consistent hash of the cookie (HTTP/2: of the connection); nobody
        writes an access log. `straight` is no proxy, `yarp` and `plugin` are YARP in an application of one's own without and with
        ShadowProxy, `shadowproxy` is `shadowproxy run`, `shadowproxy-quiet` the same with its telemetry switched off.
        """;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public string ToJson() => JsonSerializer.Serialize(this, Json);

    public string ToMarkdown() => string.Join('\n',
    [
        $"`{Command}`, {Date:yyyy-MM-dd HH:mm} UTC, {Machine}.",
        "",
        Method,
        "",
        .. Versions.Select(version => $"- {version}"),
        .. LeftOut.Select(missing => $"- Left out: {missing}."),
        .. Rows.SelectMany(row => (string[])["", $"### {row.Title}", "", row.ToTable()]),
        "",
    ]);
}
