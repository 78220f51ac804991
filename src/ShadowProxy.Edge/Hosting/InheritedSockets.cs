using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace ShadowProxy.Edge.Hosting;

/// <summary>
/// The listening sockets that a service manager opened for this process (sd_listen_fds(3)): LISTEN_FDS descriptors from 3 on, meant for the
/// process LISTEN_PID. They stay open between two runs, so that connections wait there instead of being refused. Immutable.
/// </summary>
internal sealed class InheritedSockets
{
    private const int FirstDescriptor = 3;

    private readonly Dictionary<IPEndPoint, int> _descriptors = [];

    public InheritedSockets()
    {
        if (Read("LISTEN_PID") != Environment.ProcessId)
            return;
        for (var descriptor = FirstDescriptor; descriptor < FirstDescriptor + Read("LISTEN_FDS"); descriptor++)
        {
            using var socket = Open(descriptor);
            if (socket is { LocalEndPoint: IPEndPoint address, SocketType: SocketType.Stream })
                _descriptors[address] = descriptor;
        }
    }

    /// <summary>The socket that listens at an address; null where none was passed. For all addresses, any that does so on the port will do.</summary>
    public Socket? Find(IPEndPoint address)
    {
        if (_descriptors.TryGetValue(address, out var descriptor))
            return Open(descriptor);
        var match = IsAny(address) ? _descriptors.Keys.FirstOrDefault(passed => IsAny(passed) && passed.Port == address.Port) : null;
        return match is null ? null : Open(_descriptors[match]);
    }

    /// <summary>Not owned: it is the service manager's, and closing it here would be no use to whoever waits there.</summary>
    private static Socket Open(int descriptor) => new(new SafeSocketHandle(descriptor, ownsHandle: false));

    private static bool IsAny(IPEndPoint address) => address.Address.Equals(IPAddress.Any) || address.Address.Equals(IPAddress.IPv6Any);

    private static int Read(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : 0;
}
