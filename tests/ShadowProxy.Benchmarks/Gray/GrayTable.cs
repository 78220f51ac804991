using System.Globalization;
using System.Text;

namespace ShadowProxy.Benchmarks.Gray;

/// <summary>Faults by proxies, as text that is also Markdown.</summary>
internal static class GrayTable
{
    private const string Absent = "–";

    /// <summary>The two main tables and what they stand on.</summary>
    public static string Write(GrayReport report)
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"`{report.Command}`").AppendLine();
        text.AppendLine(CultureInfo.InvariantCulture,
            $"{report.Started:yyyy-MM-dd HH:mm}, {Machine.This}; busy {report.MachineBusyPercent:F0}% in the mean.");
        text.AppendLine(string.Join(", ", report.Versions.Select(version => $"{version.Key} {version.Value ?? "absent"}")) + ".").AppendLine();
        text.AppendLine("% of requests that failed or took over 100 ms, from the first symptom on (`healthy`, `overload`: of all):").AppendLine();
        Append(text, report, figures => Text($"{figures.BadPercent:F2}{(figures.Disturbed ? "?" : "")}"));
        text.AppendLine().AppendLine("% failed / session moves that were not needed / answers of another node than the session's / POSTs executed twice / p99 in ms / last bad request in s after the symptom:").AppendLine();
        Append(text, report, figures =>
            Text($"{figures.FailedPercent:F2} / {figures.NeedlessMoves} / {figures.Strays} / {figures.DuplicatePosts} / {figures.P99Ms:F0} / {figures.LastBadSeconds:F1}"));
        if (report.Runs.Any(run => run.Figures.Disturbed))
            text.AppendLine().AppendLine("? = the load itself was late in a run of this cell (p99 over 20 ms): the machine was disturbed.");
        return text.ToString();
    }

    /// <summary>All figures, a row for each fault and proxy.</summary>
    public static string WriteDetails(GrayReport report)
    {
        string[] header =
        [
            "fault", "proxy", "GET", "failed", "slow", "POST", "failed", "slow", "bad %", "of share %", "p50", "p99", "p99.9", "moves", "needless", "strays",
            "load late p99", "max", "failures",
        ];
        var rows =
            from fault in report.Faults
            from proxy in report.Proxies
            let figures = report[fault, proxy]
            where figures is not null
            select (string[])
            [
                fault, proxy, Text($"{figures.Get.Requests}"), Text($"{figures.Get.Failed}"), Text($"{figures.Get.Slow}"),
                Text($"{figures.Post.Requests}"), Text($"{figures.Post.Failed}"), Text($"{figures.Post.Slow}"),
                Text($"{figures.BadPercent:F2}"), Text($"{figures.BadPercentOfShare:F1}"),
                Text($"{figures.P50Ms:F1}"), Text($"{figures.P99Ms:F0}"), Text($"{figures.P999Ms:F0}"),
                Text($"{figures.Moves}"), Text($"{figures.NeedlessMoves}"), Text($"{figures.Strays}"), Text($"{figures.LatenessP99Ms:F0}"), Text($"{figures.LatenessMaxMs:F0}"),
                string.Join(", ", figures.Failures.OrderByDescending(kind => kind.Value).Select(kind => Text($"{kind.Key}: {kind.Value}"))),
            ];
        var text = new StringBuilder();
        Append(text, header, [.. rows], leftColumns: 2);
        return text.ToString();
    }

    private static void Append(StringBuilder text, GrayReport report, Func<Figures, string> cell) =>
        Append(
            text,
            ["", .. report.Proxies],
            [.. report.Faults.Select(fault => (string[])
                [fault, .. report.Proxies.Select(proxy => report[fault, proxy] is { } figures ? cell(figures) : Absent)])],
            leftColumns: 1);

    private static void Append(StringBuilder text, string[] header, IReadOnlyList<string[]> rows, int leftColumns)
    {
        var widths = header.Select((title, column) => rows.Select(row => row[column].Length).Append(title.Length).Max()).ToArray();
        AppendRow(header);
        AppendRow([.. widths.Select((width, column) => column < leftColumns ? new string('-', width) : new string('-', Math.Max(1, width - 1)) + ":")]);
        foreach (var row in rows)
            AppendRow(row);

        void AppendRow(string[] cells) =>
            text.Append("| ")
                .AppendJoin(" | ", cells.Select((value, i) => i < leftColumns ? value.PadRight(widths[i]) : value.PadLeft(widths[i])))
                .AppendLine(" |");
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
