using System.Diagnostics.Metrics;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Threading.Channels;
using ShadowProxy.Telemetry;

namespace ShadowProxy.Edge.Telemetry;

/// <summary>
/// Writes the access log: one writer behind a bounded queue. A request never waits for it; what does not fit into the queue is
/// counted and dropped. Flushed whenever the queue runs empty, and at the end. Thread-safe.
/// </summary>
internal sealed class AccessLog : IHostedService, IDisposable
{
    private const int QueueLength = 16_384;
    private const int FlushAtBytes = 64 * 1024;

    // Lines are JSON on their own, never part of a page.
    private static readonly JsonWriterOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly Channel<AccessLogEntry> _queue =
        Channel.CreateBounded<AccessLogEntry>(new BoundedChannelOptions(QueueLength) { SingleReader = true });

    private readonly Stream _stream;
    private readonly ILogger<AccessLog> _logger;
    private readonly Counter<long> _dropped;
    private Task _writing = Task.CompletedTask;

    /// <summary>Opens the log.</summary>
    /// <param name="path">The file that lines are added to; <c>-</c> for standard output.</param>
    /// <param name="meters">Where dropped lines are counted.</param>
    /// <param name="logger">Where a failure to write is said.</param>
    public AccessLog(string path, IMeterFactory meters, ILogger<AccessLog> logger)
    {
        _stream = path == "-"
            ? Console.OpenStandardOutput()
            : new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        _logger = logger;
        _dropped = meters.Create(ShadowingMetrics.MeterName).CreateCounter<long>(
            "shadowproxy.access_log.dropped", "{request}", "Requests that are missing from the access log because it could not keep up.");
    }

    /// <summary>Queues a line.</summary>
    public void Write(in AccessLogEntry entry)
    {
        if (!_queue.Writer.TryWrite(entry))
            _dropped.Add(1);
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        // Rates see the first one only where a zero was before it.
        _dropped.Add(0);
        _writing = Task.Run(WriteAllAsync, CancellationToken.None);
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _queue.Writer.TryComplete();
        await _writing.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public void Dispose() => _stream.Dispose();

    private async Task WriteAllAsync()
    {
        using var buffer = new MemoryStream();
        await using var json = new Utf8JsonWriter(buffer, Json);
        while (await _queue.Reader.WaitToReadAsync())
        {
            while (buffer.Length < FlushAtBytes && _queue.Reader.TryRead(out var entry))
            {
                entry.WriteTo(json);
                json.Flush();
                json.Reset();
                buffer.WriteByte((byte)'\n');
            }
            await WriteOutAsync(buffer);
        }
    }

    private async Task WriteOutAsync(MemoryStream buffer)
    {
        try
        {
            buffer.Position = 0;
            await buffer.CopyToAsync(_stream);
            await _stream.FlushAsync();
        }
        catch (IOException exception)
        {
            EdgeLog.AccessLogFailed(_logger, exception.Message);
        }
        buffer.SetLength(0);
    }
}
