using System.IO.Compression;
using ShadowProxy.Edge.Evaluation;

namespace ShadowProxy.Tests.Edge.Evaluation;

/// <summary>A directory with recorded telemetry of one node, <c>machine-1-1</c>, that is well but for one hour.</summary>
internal sealed class Recordings : IDisposable
{
    public const int Minutes = 4320;
    public const int TroubleFrom = 3600;
    public const int TroubleTo = 3660;

    public Recordings(string node = "machine-1-1")
    {
        Directory = System.IO.Directory.CreateTempSubdirectory("shadowproxy-telemetry-").FullName;
        Write("nodes.csv", $"node,from,to,history_rows\n{node},{2880 * 60},{Minutes * 60},2880\n");
        Write("labels.csv", $"node,start,end,metrics\n{node},{TroubleFrom * 60},{TroubleTo * 60},cpu_r mem_u\n");
        var random = new Random(1);
        var rows = Enumerable.Range(0, Minutes).Select(minute =>
        {
            var add = minute is >= TroubleFrom and <= TroubleTo ? 0.5 : 0;
            return $"{minute * 60},{0.3 + add + (0.05 * random.NextDouble()):0.###},{0.4 + add + (0.02 * random.NextDouble()):0.###},{add:0.#}";
        });
        Write($"{node}.csv", $"t_s,cpu_r,mem_u,tcp_timeouts\n{string.Join('\n', rows)}\n");
    }

    public string Directory { get; }

    public string PathOf(string file) => Path.Combine(Directory, file);

    public void Write(string file, string text) => File.WriteAllText(PathOf(file), text);

    public void Replace(string file, string old, string with)
    {
        var text = File.ReadAllText(PathOf(file));
        Assert.Contains(old, text, StringComparison.Ordinal);
        Write(file, text.Replace(old, with, StringComparison.Ordinal));
    }

    /// <summary>Puts a compressed copy in a file's place.</summary>
    public void Compress(string file)
    {
        using (var from = File.OpenRead(PathOf(file)))
        using (var to = new GZipStream(File.Create(PathOf($"{file}.gz")), CompressionLevel.Fastest))
            from.CopyTo(to);
        File.Delete(PathOf(file));
    }

    public List<RecordedNode> Read() => [.. new SmdFormat().Read(Directory)];

    public void Dispose() => System.IO.Directory.Delete(Directory, recursive: true);
}
