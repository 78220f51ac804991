using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using ShadowProxy.Configuration;
using ShadowProxy.Edge.Configuration;
using ShadowProxy.Edge.Telemetry;

namespace ShadowProxy.Edge.Hosting;

/// <summary>
/// The sockets on which the host listens: one that a service manager passed for the address, else one of its own, shared where
/// <c>Listeners:ReusePort</c> says so. Thread-safe.
/// </summary>
internal sealed class ListenSockets(IConfiguration configuration, ILogger<ListenSockets> logger)
{
    private readonly bool _reusePort = OptionsReader.Read<ListenersOptions>(configuration.GetSection(ListenersOptions.Section), []).ReusePort;
    private readonly InheritedSockets _inherited = new();
    private readonly List<Socket> _leftToSuccessor = [];

    /// <summary>Opens a socket for operators.</summary>
    public Socket Create(EndPoint endpoint) => endpoint switch
    {
        IPEndPoint address when _inherited.Find(address) is { } passed => passed,
        IPEndPoint address when _reusePort => SharedPort.Listen(address, logger),
        _ => SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint),
    };

    /// <summary>Opens a socket for clients.</summary>
    public Socket CreateForClients(EndPoint endpoint)
    {
        if (endpoint is not IPEndPoint address || _inherited.Find(address) is not { } passed)
            return Create(endpoint);
        EdgeLog.SocketPassed(logger, address.ToString());
        lock (_leftToSuccessor)
            _leftToSuccessor.Add(passed);
        return passed;
    }

    /// <summary>
    /// Accepts no more clients on sockets that were passed: they wait there for the next run. Who is accepted just before the end might be sent
    /// away unserved.
    /// </summary>
    public void LeaveToSuccessor()
    {
        lock (_leftToSuccessor)
        {
            foreach (var socket in _leftToSuccessor)
                socket.Dispose();
            _leftToSuccessor.Clear();
        }
    }
}
