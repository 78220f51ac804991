using System.Buffers.Text;
using Microsoft.Win32.SafeHandles;

namespace ShadowProxy.Monitoring;

/// <summary>The CPU time of one thread, as Linux counts it (<c>schedstat</c>, proc(5)). Any thread may read it; nothing costs the thread itself.</summary>
internal sealed class ThreadCpuTime : IDisposable
{
    private const string FileName = "/proc/thread-self/schedstat";
    private const int LongestLine = 64;

    private readonly SafeFileHandle _file;

    private ThreadCpuTime(SafeFileHandle file) => _file = file;

    /// <summary>Of the thread that calls; null where the system does not tell.</summary>
    public static ThreadCpuTime? OfThisThread()
    {
        try
        {
            return File.Exists(FileName) ? new ThreadCpuTime(File.OpenHandle(FileName)) : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>What the thread has used since it began; null once it has ended.</summary>
    public TimeSpan? Read()
    {
        Span<byte> line = stackalloc byte[LongestLine];
        try
        {
            var length = RandomAccess.Read(_file, line, fileOffset: 0);
            return Utf8Parser.TryParse(line[..length], out long nanoseconds, out _) ? TimeSpan.FromMicroseconds(nanoseconds / 1000.0) : null;
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}
