using System.Runtime.InteropServices;
using ShadowProxy.Nodes;
using ShadowProxy.Tables;

namespace ShadowProxy.State;

/// <summary>Reads what follows the header of a state file into the tables.</summary>
internal static class StateReader
{
    /// <summary>Reads to the end. What stands before damage is taken: each block has a checksum of its own.</summary>
    /// <param name="stream">The file, after its header.</param>
    /// <param name="shift">What to add to a time of the file to have it on this process's clock.</param>
    /// <param name="nodes">The nodes that there are now.</param>
    /// <param name="records">The tables.</param>
    /// <param name="taken">Counts the flows that the tables took.</param>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    public static void Read(Stream stream, long shift, NodeRegistry nodes, FlowRecords records, ref int taken)
    {
        var blocks = new StateBlockReader(stream);
        NodeRef[] known = [];
        while (true)
        {
            switch (blocks.Read(out var content))
            {
                case BlockKind.Nodes:
                    known = SavedNodes.Read(content, nodes);
                    break;
                case BlockKind.Flows:
                    foreach (ref readonly var saved in MemoryMarshal.Cast<byte, SavedFlow>(content))
                    {
                        if (records.Restore(saved.ToRecord(known, shift)))
                            taken++;
                    }

                    break;
                case BlockKind.End:
                    return;
                default:
                    throw new InvalidDataException("it has a block of an unknown kind");
            }
        }
    }
}
