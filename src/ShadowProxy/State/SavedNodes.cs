using System.Text;
using ShadowProxy.Nodes;

namespace ShadowProxy.State;

/// <summary>
/// Nodes as the state file names them: by cluster, id and address, so that one that changed its address, or another that took its place, is
/// not mistaken for it. Flows refer to them by number; 0 is none.
/// </summary>
internal static class SavedNodes
{
    /// <summary>Writes all nodes.</summary>
    /// <param name="nodes">Where they are known.</param>
    /// <param name="numbers">The number of each.</param>
    public static byte[] Write(NodeRegistry nodes, out Dictionary<NodeRef, ushort> numbers)
    {
        numbers = [];
        using var content = new MemoryStream();
        using var writer = new BinaryWriter(content, Encoding.UTF8);
        foreach (var node in nodes.Clusters.SelectMany(cluster => cluster.Nodes))
        {
            writer.Write(node.Cluster);
            writer.Write(node.Id);
            writer.Write(node.Address);
            numbers.Add(node.Ref, (ushort)(numbers.Count + 1));
        }

        return content.ToArray();
    }

    /// <summary>Finds again what was written.</summary>
    /// <returns>The nodes by number; none in the place of one that is gone.</returns>
    public static NodeRef[] Read(ReadOnlySpan<byte> content, NodeRegistry nodes)
    {
        var known = nodes.Clusters.SelectMany(cluster => cluster.Nodes).ToDictionary(node => (node.Cluster, node.Id, node.Address), node => node.Ref);
        var found = new List<NodeRef> { NodeRef.None };
        using var stream = new MemoryStream(content.ToArray());
        using var reader = new BinaryReader(stream, Encoding.UTF8);
        while (stream.Position < stream.Length)
            found.Add(known.GetValueOrDefault((reader.ReadString(), reader.ReadString(), reader.ReadString())));
        return [.. found];
    }
}
