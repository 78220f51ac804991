using ShadowProxy.Benchmarks.Cost.Loads;

namespace ShadowProxy.Benchmarks.Cost.Workloads;

/// <summary>What a proxy is to serve.</summary>
/// <param name="Workload">The row.</param>
/// <param name="Nodes">Where the nodes listen.</param>
/// <param name="Straight">Where a node listens as the proxy is to.</param>
/// <param name="Certificate">What the proxy shows to clients, where they come by TLS.</param>
/// <param name="Folder">A folder for files; it is gone at the end.</param>
internal sealed record Site(Workload Workload, IReadOnlyList<Uri> Nodes, Uri Straight, ServerCertificate Certificate, string Folder)
{
    /// <summary>The scheme of the proxy's address.</summary>
    public string Scheme => Workload.Front == Wire.Https ? "https" : "http";

    /// <summary>A request for each session, for own clients.</summary>
    public byte[][] Requests => field ??= RequestBytes.For(Workload);

    /// <summary>Writes a file of this site.</summary>
    /// <returns>Its path.</returns>
    public string Write(string name, string content)
    {
        var path = Path.Combine(Folder, $"{Workload.Name}.{name}");
        File.WriteAllText(path, content);
        return path;
    }
}
