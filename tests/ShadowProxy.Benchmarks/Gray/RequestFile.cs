using System.Globalization;
using ShadowProxy.Lab.Load;

namespace ShadowProxy.Benchmarks.Gray;

/// <summary>What became of each request of a run, as CSV, to find out when and where it went wrong.</summary>
internal static class RequestFile
{
    public static Task WriteAsync(string path, IEnumerable<LoadRecord> records, CancellationToken stop) => File.WriteAllLinesAsync(
        path,
        records.OrderBy(record => record.At)
            .Select(record => string.Create(
                CultureInfo.InvariantCulture,
                $"{record.At.TotalSeconds:F3},{record.Latency.TotalMilliseconds:F1},{(record.IsPost ? "POST" : "GET")},{record.Failure},{record.Backend},{record.LeftBackend},{(record.IsStray ? 1 : 0)}"))
            .Prepend("seconds,latency_ms,method,failure,backend,left_backend,stray"),
        stop);
}
