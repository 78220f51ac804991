using System.Buffers;
using System.IO.Pipelines;
using System.Text;

namespace ShadowProxy.Signals.Metrics;

/// <summary>
/// Reads metrics in the text formats of Prometheus and OpenMetrics as they arrive, and holds no more of them than one line. With anything wrong
/// in them, or too long, they are rejected whole.
/// </summary>
internal static class ExpositionReader
{
    /// <summary>How long a line may be, bytes.</summary>
    public const int MaxLine = 16 * 1024;

    /// <summary>How long all of them may be, bytes.</summary>
    public const int MaxLength = 8 * 1024 * 1024;

    /// <summary>Reads all lines.</summary>
    /// <param name="stream">The metrics; left open.</param>
    /// <param name="totals">Where the samples are added up that are looked for.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>Null, or what is wrong.</returns>
    public static async Task<string?> ReadAsync(Stream stream, MetricTotals totals, CancellationToken cancellation)
    {
        var reader = PipeReader.Create(stream, new StreamPipeReaderOptions(leaveOpen: true));
        var state = new State(totals);
        try
        {
            while (true)
            {
                var read = await reader.ReadAsync(cancellation);
                var rest = read.Buffer;
                var error = state.TakeLines(ref rest) ?? (read.IsCompleted ? state.TakeLine(rest) : null);
                if (error is not null || read.IsCompleted)
                    return error;
                reader.AdvanceTo(rest.Start, rest.End);
            }
        }
        finally
        {
            await reader.CompleteAsync();
        }
    }

    private sealed class State(MetricTotals totals)
    {
        private readonly char[] _characters = new char[MaxLine];
        private readonly byte[] _bytes = new byte[MaxLine];
        private long _length;
        private int _lines;

        public string? TakeLines(ref ReadOnlySequence<byte> rest)
        {
            while (rest.PositionOf((byte)'\n') is { } end)
            {
                if (TakeLine(rest.Slice(0, end)) is { } error)
                    return error;
                rest = rest.Slice(rest.GetPosition(1, end));
            }

            return rest.Length > MaxLine ? TooLong : null;
        }

        public string? TakeLine(ReadOnlySequence<byte> line)
        {
            _lines++;
            if (line.Length > MaxLine)
                return TooLong;
            _length += line.Length + 1;
            if (_length > MaxLength)
                return $"longer than {MaxLength >> 20} MiB";
            line.CopyTo(_bytes);
            var count = Encoding.UTF8.GetChars(_bytes.AsSpan(0, (int)line.Length), _characters);
            return totals.Take(_characters.AsSpan(0, count).Trim(" \t\r")) is { } error ? $"line {_lines}: {error}" : null;
        }

        private string TooLong => $"line {Math.Max(1, _lines)} is longer than {MaxLine >> 10} KiB";
    }
}
