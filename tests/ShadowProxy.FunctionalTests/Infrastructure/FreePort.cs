using System.Net;
using System.Net.Sockets;

namespace ShadowProxy.FunctionalTests.Infrastructure;

/// <summary>A port of loopback for a server that cannot be asked which one it took.</summary>
internal static class FreePort
{
    public static int Find()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
