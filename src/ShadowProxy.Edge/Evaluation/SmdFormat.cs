using System.Collections.Frozen;
using ShadowProxy.Monitoring.Detection;

namespace ShadowProxy.Edge.Evaluation;

/// <summary>
/// The Server Machine Dataset (Su et al., KDD 2019): <c>nodes.csv</c> (node, from, to, …), <c>labels.csv</c> (node, start, end, …), and for each
/// node <c>NODE.csv</c> or <c>NODE.csv.gz</c> with the time <c>t_s</c> and a column a metric. All times are seconds from the node's first row.
/// </summary>
internal sealed class SmdFormat : ITelemetryFormat
{
    private const string Nodes = "nodes.csv";
    private const string Labels = "labels.csv";

    /// <summary>What the metrics speak of; one that is not named here speaks of load.</summary>
    private static readonly FrozenDictionary<string, SignalFamily> Families = new Dictionary<SignalFamily, string>
    {
        [SignalFamily.Memory] = "mem_shmem mem_u mem_u_e total_mem si so",
        [SignalFamily.Latency] = "disk_q disk_svc disk_u disk_wa",
        [SignalFamily.Errors] = "in_errs listen_overflows out_rsts retransegs tcp_timeouts udp_rcv_buf_errs udp_snd_buf_errs",
        [SignalFamily.Runtime] = "tcp_tw tcp_use active_opens curr_estab passive_opens in_segs out_segs udp_in_dg udp_out_dg eth1_fi eth1_fo eth1_pi eth1_po",
    }.SelectMany(family => family.Value.Split(' ').Select(metric => (metric, family.Key))).ToFrozenDictionary(pair => pair.metric, pair => pair.Key);

    /// <inheritdoc/>
    public string Name => "smd";

    /// <inheritdoc/>
    public IEnumerable<RecordedNode> Read(string directory)
    {
        var labels = ReadLabels(Path.Combine(directory, Labels));
        using var nodes = CsvFile.Open(Path.Combine(directory, Nodes), "node", "from", "to");
        if (!nodes.Read())
            throw nodes.Unexpected("a row a node, and there is none");
        do
        {
            var name = nodes.Text(0).ToString();
            if (name.Length == 0 || name.AsSpan().IndexOfAny('/', '\\') >= 0)
                throw nodes.Unexpected($"the name of a node, not '{name}'");
            var (from, to) = (nodes.Seconds(1), nodes.Seconds(2));
            if (to <= from)
                throw nodes.Unexpected($"a span that ends after it begins, not {from} to {to}");
            yield return ReadNode(directory, name, from, to, labels.GetValueOrDefault(name) ?? []);
        }
        while (nodes.Read());
    }

    private static Dictionary<string, List<Incident>> ReadLabels(string path)
    {
        var labels = new Dictionary<string, List<Incident>>();
        using var file = CsvFile.Open(path, "node", "start", "end");
        while (file.Read())
        {
            var incident = new Incident(file.Seconds(1), file.Seconds(2));
            if (incident.End < incident.Start)
                throw file.Unexpected($"an incident that ends after it begins, not {incident.Start} to {incident.End}");
            var node = file.Text(0).ToString();
            if (!labels.TryGetValue(node, out var incidents))
                labels[node] = incidents = [];
            incidents.Add(incident);
        }

        foreach (var incidents in labels.Values)
            incidents.Sort((a, b) => a.Start.CompareTo(b.Start));
        return labels;
    }

    private static RecordedNode ReadNode(string directory, string name, double from, double to, List<Incident> incidents)
    {
        var path = Path.Combine(directory, $"{name}.csv.gz");
        using var file = CsvFile.Open(File.Exists(path) ? path : Path.Combine(directory, $"{name}.csv"), "t_s");
        var signals = file.Header.Skip(1)
            .Select(metric => new DetectorSignal(metric, Families.GetValueOrDefault(metric, SignalFamily.Load)))
            .ToArray();
        var times = new List<double>();
        var values = new List<float>();
        while (file.Read())
        {
            var seconds = file.Seconds(0);
            if (times.Count > 0 && seconds <= times[^1])
                throw file.Unexpected($"a time after that of the row before, {times[^1]}, not {seconds}");
            times.Add(seconds);
            for (var column = 1; column <= signals.Length; column++)
                values.Add((float)file.Number(column));
        }

        return new RecordedNode
        {
            Name = name,
            Signals = signals,
            Times = [.. times],
            Values = [.. values],
            From = from,
            To = to,
            Incidents = [.. incidents.Where(incident => incident.End >= from && incident.Start < to)],
        };
    }
}
