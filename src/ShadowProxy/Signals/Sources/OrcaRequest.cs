using Grpc.Core;

namespace ShadowProxy.Signals.Sources;

/// <summary>Writes <c>xds.service.orca.v3.OrcaLoadReportRequest</c>: field 1, the interval, is a <c>google.protobuf.Duration</c>.</summary>
internal static class OrcaRequest
{
    private const byte ReportInterval = (1 << 3) | 2;
    private const byte Seconds = 1 << 3;
    private const byte Nanos = 2 << 3;
    private const int LongestVarint = 10;

    /// <summary>Writes the request.</summary>
    /// <param name="interval">The interval that is asked for, not negative.</param>
    /// <param name="context">Where to.</param>
    public static void Write(TimeSpan interval, SerializationContext context) => context.Complete(Message(interval));

    /// <summary>The request's bytes.</summary>
    public static byte[] Message(TimeSpan interval)
    {
        var duration = new List<byte>(2 * (LongestVarint + 1));
        AddField(duration, Seconds, (ulong)interval.Ticks / TimeSpan.TicksPerSecond);
        AddField(duration, Nanos, (ulong)(interval.Ticks % TimeSpan.TicksPerSecond * TimeSpan.NanosecondsPerTick));
        return [ReportInterval, (byte)duration.Count, .. duration];
    }

    /// <summary>A field that is zero is left out, as proto3 does.</summary>
    private static void AddField(List<byte> message, byte tag, ulong value)
    {
        if (value == 0)
            return;
        message.Add(tag);
        for (; value >= 0x80; value >>= 7)
            message.Add((byte)(value | 0x80));
        message.Add((byte)value);
    }
}
