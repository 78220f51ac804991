using System.Net.NetworkInformation;
using System.Security.Cryptography;

namespace ShadowProxy.Lab.Backends;

/// <summary>
/// Hands out ports of loopback that nobody listens on, each once in the life of this process, from below the range that Linux takes for outgoing
/// connections (32768 and up): a server that comes back to its port finds it free, and nobody who connects to a port without a server
/// meets himself. Safe for any number of threads.
/// </summary>
public static class FreePorts
{
    private const int First = 12_000;
    private const int Count = 20_000;
    private static int _next = RandomNumberGenerator.GetInt32(Count);

    /// <summary>The next port.</summary>
    /// <exception cref="InvalidOperationException">There is none left.</exception>
    public static int Next()
    {
        var taken = IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().Select(listener => listener.Port).ToHashSet();
        for (var i = 0; i < Count; i++)
        {
            var port = First + (int)((uint)Interlocked.Increment(ref _next) % Count);
            if (!taken.Contains(port))
                return port;
        }

        throw new InvalidOperationException($"All ports from {First} to {First + Count - 1} are taken.");
    }
}
