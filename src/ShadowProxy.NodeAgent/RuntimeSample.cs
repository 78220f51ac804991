namespace ShadowProxy.NodeAgent;

/// <summary>How the runtime does.</summary>
/// <param name="GcPause">Share of the time since the last sample in which the collector stopped all threads, 0 to 1.</param>
/// <param name="Heap">The managed heap after the last collection, over the memory that it may take, 0 to 1.</param>
/// <param name="ThreadPoolQueue">Work items that wait for a thread.</param>
/// <param name="ThreadPoolWait">How long a work item waits for one.</param>
/// <param name="Connections">Connections that clients, such as proxies, hold open.</param>
internal readonly record struct RuntimeSample(double GcPause, double Heap, long ThreadPoolQueue, TimeSpan ThreadPoolWait, long Connections);
