using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using ShadowProxy.Edge.Telemetry;

namespace ShadowProxy.Edge.Hosting;

/// <summary>
/// Listens on an address on which other processes of the same user may listen, too (SO_REUSEPORT, socket(7)). The kernel would spread new
/// connections over all of them, and reset those that wait at a socket when it is closed. So the one that listened last takes them all: it
/// gives the sockets that share the address a program that names its place among them. The one before it has nothing left to lose then; and
/// where the last one ends first, the program names nobody, and the kernel gives the connections to who is left.
/// </summary>
internal static class SharedPort
{
    private const int SolSocket = 1;
    private const int SoReusePort = 15;
    private const int SoAttachReusePortCbpf = 51;
    private const ulong BpfReturnConstant = 0x06;
    private const int Backlog = 512;

    /// <summary>Opens a socket that listens on the address and takes all its new connections.</summary>
    /// <exception cref="SocketException">The address cannot be used, or somebody listens there who does not share it.</exception>
    public static Socket Listen(IPEndPoint address, ILogger logger)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            // As Kestrel opens its sockets.
            if (address.Address.Equals(IPAddress.IPv6Any))
                socket.DualMode = true;
            socket.SetRawSocketOption(SolSocket, SoReusePort, BitConverter.GetBytes(1));
            socket.Bind(address);
            socket.Listen(Backlog);
            TakeNewConnections(socket, logger);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static void TakeNewConnections(Socket socket, ILogger logger)
    {
        var address = (IPEndPoint)socket.LocalEndPoint!;
        try
        {
            // A socket that begins to listen comes last.
            Attach(socket, place: CountListeners(address) - 1);
        }
        catch (Exception exception) when (exception is SocketException or IOException or UnauthorizedAccessException)
        {
            EdgeLog.PortShared(logger, address.ToString(), exception.Message);
        }
    }

    /// <summary>A program of one instruction, "return place" (Linux: net/core/sock_reuseport.c).</summary>
    private static void Attach(Socket socket, int place)
    {
        ulong[] program = [BpfReturnConstant | ((ulong)place << 32)];
        var pinned = GCHandle.Alloc(program, GCHandleType.Pinned);
        try
        {
            Span<byte> description = stackalloc byte[2 * sizeof(long)];
            description.Clear();
            MemoryMarshal.Write(description, (ushort)program.Length);
            MemoryMarshal.Write(description[sizeof(long)..], (long)pinned.AddrOfPinnedObject());
            socket.SetRawSocketOption(SolSocket, SoAttachReusePortCbpf, description);
        }
        finally
        {
            pinned.Free();
        }
    }

    /// <summary>How many sockets listen on exactly this address (proc_pid_net(5)); those that listen come first there.</summary>
    private static int CountListeners(IPEndPoint address)
    {
        const string Listening = "0A";
        var wanted = Hexadecimal(address);
        return File.ReadLines(address.AddressFamily == AddressFamily.InterNetwork ? "/proc/net/tcp" : "/proc/net/tcp6")
            .Skip(1)
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .TakeWhile(fields => fields[3] == Listening)
            .Count(fields => fields[1] == wanted);
    }

    /// <summary>The address as the kernel writes it: words of 32 bits in the machine's order.</summary>
    private static string Hexadecimal(IPEndPoint address)
    {
        var words = MemoryMarshal.Cast<byte, uint>(address.Address.GetAddressBytes().AsSpan());
        var text = "";
        foreach (var word in words)
            text += word.ToString("X8", CultureInfo.InvariantCulture);
        return $"{text}:{address.Port:X4}";
    }
}
