using System.Runtime.InteropServices;
using ShadowProxy.Nodes;
using ShadowProxy.Tables;

namespace ShadowProxy.State;

/// <summary>Writes a state file: header, nodes, flows in blocks, end. Requests go on meanwhile.</summary>
internal static class StateWriter
{
    /// <summary>Writes the whole file.</summary>
    /// <param name="stream">Where to.</param>
    /// <param name="header">Its header.</param>
    /// <param name="nodes">The nodes that flows refer to.</param>
    /// <param name="records">The flows.</param>
    public static void Write(Stream stream, StateHeader header, NodeRegistry nodes, FlowRecords records)
    {
        header.Write(stream);
        var blocks = new StateBlockWriter(stream);
        blocks.Write(BlockKind.Nodes, SavedNodes.Write(nodes, out var numbers));
        var copies = new List<FlowRecord>();
        var saved = new List<SavedFlow>();
        for (var part = 0; part < records.Parts; part++)
        {
            copies.Clear();
            saved.Clear();
            records.Copy(part, copies);
            foreach (ref readonly var record in CollectionsMarshal.AsSpan(copies))
                saved.Add(SavedFlow.From(record, numbers));
            if (saved.Count > 0)
                blocks.Write(BlockKind.Flows, MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(saved)));
        }

        blocks.Write(BlockKind.End, []);
    }
}
