namespace ShadowProxy.Monitoring.Detection;

/// <summary>What a signal speaks of. Signals of one family tend to move together.</summary>
internal enum SignalFamily
{
    /// <summary>How much the node has to do: CPU, run queues, disks.</summary>
    Load,

    /// <summary>Memory, and what is done when it is short.</summary>
    Memory,

    /// <summary>How long things take, and how long they queue.</summary>
    Latency,

    /// <summary>What fails.</summary>
    Errors,

    /// <summary>What the process and its sockets hold and pass on: connections, packets, threads, collections.</summary>
    Runtime,
}
