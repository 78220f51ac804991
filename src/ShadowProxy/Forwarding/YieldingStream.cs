namespace ShadowProxy.Forwarding;

/// <summary>
/// A connection to a node that lets others have their turn. With <see cref="InlineCompletions"/> a transfer that never has to wait would keep
/// its thread, and all connections that this thread serves, until its end; after 128 KiB without a wait it goes on in the thread pool.
/// </summary>
/// <remarks>As thread-safe as a stream is: one reader and one writer at a time.</remarks>
internal sealed class YieldingStream(Stream inner) : Stream
{
    /// <summary>Bytes that pass in one go, each way: some tens of microseconds of copying.</summary>
    internal const int MostInARow = 128 * 1024;

    private int _read;
    private int _written;

    /// <inheritdoc/>
    public override bool CanRead => inner.CanRead;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => inner.CanWrite;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <inheritdoc/>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var reading = inner.ReadAsync(buffer, cancellationToken);
        if (!reading.IsCompletedSuccessfully)
        {
            _read = 0;
            return reading;
        }

        var count = reading.Result;
        return MayGoOn(ref _read, count) ? new ValueTask<int>(count) : AfterOthersAsync(count);
    }

    /// <inheritdoc/>
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var writing = inner.WriteAsync(buffer, cancellationToken);
        if (!writing.IsCompletedSuccessfully)
        {
            _written = 0;
            return writing;
        }

        return MayGoOn(ref _written, buffer.Length) ? writing : new ValueTask(AfterOthersAsync());
    }

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => inner.Read(buffer, offset, count);

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => inner.Write(buffer, offset, count);

    /// <inheritdoc/>
    public override void Flush() => inner.Flush();

    /// <inheritdoc/>
    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            inner.Dispose();
        base.Dispose(disposing);
    }

    private static bool MayGoOn(ref int inARow, int count)
    {
        inARow += count;
        if (inARow < MostInARow)
            return true;
        inARow = 0;
        return false;
    }

    private static async ValueTask<int> AfterOthersAsync(int count)
    {
        await AfterOthersAsync();
        return count;
    }

    private static async Task AfterOthersAsync() => await Task.Yield();
}
