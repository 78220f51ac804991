namespace ShadowProxy.Signals.Sources;

/// <summary>
/// The message <c>xds.service.orca.v3.OrcaLoadReportRequest</c>: field 1, the interval, is a <c>google.protobuf.Duration</c>; no request costs
/// are asked for.
/// </summary>
/// <param name="interval">The interval that is asked for, not negative.</param>
internal sealed class OrcaRequest(TimeSpan interval)
{
    private const byte ReportInterval = (1 << 3) | 2;
    private const byte Seconds = 1 << 3;
    private const byte Nanos = 2 << 3;
    private const int LongestVarint = 10;

    /// <summary>The request's bytes.</summary>
    public byte[] ToBytes()
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
