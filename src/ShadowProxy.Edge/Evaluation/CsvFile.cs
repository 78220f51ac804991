using System.Globalization;
using System.IO.Compression;

namespace ShadowProxy.Edge.Evaluation;

/// <summary>
/// A file of comma-separated values without quotes, plain or compressed by gzip: a header of names, then a row a line. Reads forward, a
/// row at a time, and refuses what is not as it should be by file and line.
/// </summary>
internal sealed class CsvFile : IDisposable
{
    private readonly StreamReader _reader;
    private readonly string _path;
    private readonly Range[] _ranges;
    private string _row = "";
    private int _line;

    private CsvFile(string path, StreamReader reader)
    {
        _path = path;
        _reader = reader;
        Header = ReadLine() is { Length: > 0 } header ? header.Split(',') : throw Unexpected("a header of column names, but the file is empty");
        _ranges = new Range[Header.Count + 1];
    }

    /// <summary>The names of the columns.</summary>
    public IReadOnlyList<string> Header { get; }

    /// <summary>Opens a file and reads its header.</summary>
    /// <param name="path">The file; one that ends in <c>.gz</c> is decompressed.</param>
    /// <param name="columns">The names that its header must begin with.</param>
    /// <exception cref="TelemetryException">It cannot be opened, or has another header.</exception>
    public static CsvFile Open(string path, params ReadOnlySpan<string> columns)
    {
        StreamReader? reader = null;
        try
        {
            Stream stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1 << 16, FileOptions.SequentialScan);
            reader = new StreamReader(path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? new GZipStream(stream, CompressionMode.Decompress) : stream);
            var file = new CsvFile(path, reader);
            if (file.Header.Count < columns.Length || !columns.SequenceEqual([.. file.Header.Take(columns.Length)]))
                throw file.Unexpected($"a header that begins with {string.Join(',', columns)}, not {file._row}");
            return file;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            reader?.Dispose();
            throw new TelemetryException(path, 0, exception.Message, exception);
        }
        catch
        {
            reader?.Dispose();
            throw;
        }
    }

    /// <summary>Goes to the next row.</summary>
    /// <returns>False at the end of the file.</returns>
    /// <exception cref="TelemetryException">The row has another number of columns than the header, or the file is damaged.</exception>
    public bool Read()
    {
        if (ReadLine() is not { } row)
            return false;
        var columns = row.AsSpan().Split(_ranges, ',');
        if (columns != Header.Count)
            throw Unexpected($"{Header.Count} columns as in the header, not {(columns > Header.Count ? "more" : columns)}");
        return true;
    }

    /// <summary>The text of a column of the row.</summary>
    public ReadOnlySpan<char> Text(int column) => _row.AsSpan(_ranges[column]);

    /// <summary>A column of the row as a number; an empty one, or <c>nan</c>, is unknown: NaN.</summary>
    /// <exception cref="TelemetryException">It is no finite number.</exception>
    public double Number(int column)
    {
        var text = Text(column);
        if (text.IsWhiteSpace() || text.Trim().Equals("nan", StringComparison.OrdinalIgnoreCase))
            return double.NaN;
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value)
            ? value
            : throw Unexpected($"a number in column {Header[column]}, not '{text}'");
    }

    /// <summary>A column of the row as a time in seconds.</summary>
    /// <exception cref="TelemetryException">It is no finite number.</exception>
    public double Seconds(int column)
    {
        var seconds = Number(column);
        return double.IsNaN(seconds) ? throw Unexpected($"a time in seconds in column {Header[column]}, not '{Text(column)}'") : seconds;
    }

    /// <summary>An error at the present line.</summary>
    public TelemetryException Unexpected(string expected) => new(_path, _line, $"want {expected}");

    /// <inheritdoc/>
    public void Dispose() => _reader.Dispose();

    private string? ReadLine()
    {
        try
        {
            var row = _reader.ReadLine();
            if (row is null)
                return null;
            _line++;
            return _row = row;
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException)
        {
            throw new TelemetryException(_path, _line + 1, $"want readable text: {exception.Message}", exception);
        }
    }
}
