using System.Net.Sockets;

namespace ShadowProxy.Signals.Network;

/// <summary>
/// What the kernel knows of a TCP connection: the beginning of Linux's <c>struct tcp_info</c> (include/uapi/linux/tcp.h), which grows at its
/// end from version to version. A kernel tells as much of it as it has.
/// </summary>
/// <param name="RoundTrip">
/// The smoothed round-trip time (RFC 6298). Where the node acknowledges a request only with its answer, that includes the time to answer, up to
/// the longest delay of an acknowledgement, 40 ms. Zero where there was none yet.
/// </param>
/// <param name="LeastRoundTrip">The least round-trip time of the last minutes: the network's own. Zero where the kernel does not know.</param>
/// <param name="Retransmits">Segments sent again since the connection stands.</param>
/// <param name="Segments">Segments with data sent since then, each time it was sent.</param>
internal readonly record struct TcpInfo(TimeSpan RoundTrip, TimeSpan LeastRoundTrip, uint Retransmits, uint Segments)
{
    private const int LevelTcp = 6;
    private const int OptionInfo = 11;

    private const int RoundTripAt = 68;
    private const int RetransmitsAt = 100;
    private const int AllSegmentsAt = 136;
    private const int LeastRoundTripAt = 148;
    private const int DataSegmentsAt = 156;
    private const int FieldLength = sizeof(uint);

    /// <summary>Bytes that are asked for: up to the last field that is read.</summary>
    public const int Length = DataSegmentsAt + FieldLength;

    /// <summary>How the kernel says that it has seen no round trip yet.</summary>
    private const uint UnknownRoundTrip = uint.MaxValue;

    /// <summary>Whether this operating system tells.</summary>
    public static bool IsSupported { get; } = OperatingSystem.IsLinux();

    /// <summary>Asks the kernel; waits for nothing.</summary>
    /// <param name="socket">A connected socket; one that is closed meanwhile is no error.</param>
    /// <param name="buffer">At least <see cref="Length"/> bytes.</param>
    /// <returns>Null where it does not tell.</returns>
    public static TcpInfo? Read(Socket socket, Span<byte> buffer)
    {
        try
        {
            var length = socket.GetRawSocketOption(LevelTcp, OptionInfo, buffer[..Length]);
            return Parse(buffer[..length]);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            return null;
        }
    }

    /// <summary>Reads the structure, in this machine's byte order.</summary>
    /// <returns>Null where it ends before the fields that all kernels since 4.2 have.</returns>
    public static TcpInfo? Parse(ReadOnlySpan<byte> info)
    {
        if (info.Length < AllSegmentsAt + FieldLength)
            return null;
        var least = info.Length >= LeastRoundTripAt + FieldLength ? Field(info, LeastRoundTripAt) : UnknownRoundTrip;
        return new TcpInfo(
            TimeSpan.FromMicroseconds(Field(info, RoundTripAt)),
            least == UnknownRoundTrip ? TimeSpan.Zero : TimeSpan.FromMicroseconds(least),
            Field(info, RetransmitsAt),
            Field(info, info.Length >= Length ? DataSegmentsAt : AllSegmentsAt));
    }

    private static uint Field(ReadOnlySpan<byte> info, int at) => BitConverter.ToUInt32(info[at..]);
}
