using System.Text;
using Grpc.Core;

namespace ShadowProxy.Signals.GrpcHealth;

/// <summary>
/// The methods of <c>grpc.health.v1.Health</c>. Their messages have a field each, so that they are written and read by hand.
/// Source: github.com/grpc/grpc/blob/master/doc/health-checking.md.
/// </summary>
internal static class HealthService
{
    /// <summary>The service's name.</summary>
    public const string Name = "grpc.health.v1.Health";

    private const int MostInAByte = 0x7f;
    private const byte ServiceTag = (1 << 3) | (int)ProtobufType.Bytes;

    private static readonly Marshaller<string> Request = Marshallers.Create<string>(Write, static _ => throw new NotSupportedException());
    private static readonly Marshaller<byte[]> Response = Marshallers.Create<byte[]>(static _ => throw new NotSupportedException(), static bytes => bytes);

    /// <summary>Asks once.</summary>
    public static Method<string, byte[]> Check { get; } = new(MethodType.Unary, Name, nameof(Check), Request, Response);

    /// <summary>Is told at once, and at every change.</summary>
    public static Method<string, byte[]> Watch { get; } = new(MethodType.ServerStreaming, Name, nameof(Watch), Request, Response);

    /// <summary>Writes a <c>HealthCheckRequest</c>.</summary>
    /// <param name="service">The service; empty for the whole server, of 16,383 bytes at most.</param>
    public static byte[] Write(string service)
    {
        if (service.Length == 0)
            return [];
        var name = Encoding.UTF8.GetBytes(service);
        return name.Length <= MostInAByte
            ? [ServiceTag, (byte)name.Length, .. name]
            : [ServiceTag, (byte)((name.Length & MostInAByte) | 0x80), checked((byte)(name.Length >> 7)), .. name];
    }

    /// <summary>Reads a <c>HealthCheckResponse</c>.</summary>
    /// <returns>The status, be it a number that has no name; null where the message cannot be decoded.</returns>
    public static HealthStatus? Read(byte[] message)
    {
        // Zero does not travel.
        var status = HealthStatus.Unknown;
        var reader = new ProtobufReader(message);
        while (reader.TryReadField(out var field))
        {
            if (field is { Number: 1, Type: ProtobufType.Varint })
                status = (HealthStatus)(int)Math.Min(field.AsVarint, int.MaxValue);
        }

        return reader.IsMalformed ? null : status;
    }
}
