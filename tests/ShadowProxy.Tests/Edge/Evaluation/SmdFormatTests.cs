using ShadowProxy.Edge.Evaluation;
using ShadowProxy.Monitoring.Detection;

namespace ShadowProxy.Tests.Edge.Evaluation;

public sealed class SmdFormatTests : IDisposable
{
    private const string Node = "machine-1-1.csv";

    private readonly Recordings _recordings = new();

    public void Dispose() => _recordings.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Read_PlainOrCompressed_HasSignalsSamplesAndIncidents(bool compressed)
    {
        if (compressed)
            _recordings.Compress(Node);
        var node = Assert.Single(_recordings.Read());

        Assert.Equal("machine-1-1", node.Name);
        Assert.Equal(["cpu_r", "mem_u", "tcp_timeouts"], node.Signals.Select(signal => signal.Name));
        Assert.Equal([SignalFamily.Load, SignalFamily.Memory, SignalFamily.Errors], node.Signals.Select(signal => signal.Family));
        Assert.Equal(Recordings.Minutes, node.Times.Length);
        Assert.Equal(0.5f, node.Sample(Recordings.TroubleFrom)[2]);
        Assert.Equal([new Incident(Recordings.TroubleFrom * 60, Recordings.TroubleTo * 60)], node.Incidents);
    }

    [Theory]
    [InlineData("nodes.csv", "node,from", "nod,from", "nodes.csv:1: want a header that begins with node,from,to, not nod,from,to")]
    [InlineData("nodes.csv", ",172800,", ",soon,", "nodes.csv:2: want a number in column from, not 'soon'")]
    [InlineData("nodes.csv", ",172800,", ",,", "nodes.csv:2: want a time in seconds in column from, not ''")]
    [InlineData("nodes.csv", ",172800,", ",999999,", "nodes.csv:2: want a span that ends after it begins, not 999999 to 259200")]
    [InlineData("nodes.csv", "machine-1-1,", "../machine,", "nodes.csv:2: want the name of a node, not '../machine'")]
    [InlineData("nodes.csv", "machine-1-1,", "machine-1-2,", "machine-1-2.csv: ")]
    [InlineData("labels.csv", ",216000,", ",900000,", "labels.csv:2: want an incident that ends after it begins, not 900000 to 219600")]
    [InlineData(Node, "t_s,", "time,", "machine-1-1.csv:1: want a header that begins with t_s, not time,")]
    [InlineData(Node, "\n120,", "\n120,0.1,", "machine-1-1.csv:4: want 4 columns as in the header, not more")]
    [InlineData(Node, "\n120,", "\n120;", "machine-1-1.csv:4: want 4 columns as in the header, not 3")]
    [InlineData(Node, "\n120,", "\n60,", "machine-1-1.csv:4: want a time after that of the row before, 60, not 60")]
    [InlineData(Node, "\n120,0", "\n120,x0", "machine-1-1.csv:4: want a number in column cpu_r, not 'x0")]
    [InlineData(Node, "\n120,0", "\n120,1e999,0", "machine-1-1.csv:4: want 4 columns")]
    public void Read_Malformed_SaysFileLineAndWhatWasExpected(string file, string old, string with, string expected)
    {
        _recordings.Replace(file, old, with);

        var error = Assert.Throws<TelemetryException>(_recordings.Read);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.StartsWith(_recordings.Directory, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nodes.csv")]
    [InlineData("labels.csv")]
    [InlineData(Node)]
    public void Read_AbsentOrEmptyFile_SaysWhich(string file)
    {
        _recordings.Write(file, "");
        Assert.Contains($"{file}: want a header", Assert.Throws<TelemetryException>(_recordings.Read).Message, StringComparison.Ordinal);
        File.Delete(_recordings.PathOf(file));
        Assert.Contains(file, Assert.Throws<TelemetryException>(_recordings.Read).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_DamagedCompression_SaysWhere()
    {
        _recordings.Compress(Node);
        var path = _recordings.PathOf($"{Node}.gz");
        var bytes = File.ReadAllBytes(path);
        Array.Clear(bytes, bytes.Length / 2, bytes.Length / 4);
        File.WriteAllBytes(path, bytes);

        Assert.Contains($"{Node}.gz", Assert.Throws<TelemetryException>(_recordings.Read).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_NoNodes_IsRefused()
    {
        _recordings.Write("nodes.csv", "node,from,to\n");

        Assert.Contains("want a row a node", Assert.Throws<TelemetryException>(_recordings.Read).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_EmptyValue_IsUnknown()
    {
        _recordings.Write(Node, "t_s,cpu_r,mem_u\n0,,0.5\n60,nan,0.5\n");

        Assert.Equal([float.NaN, 0.5f, float.NaN, 0.5f], _recordings.Read()[0].Values);
    }
}
