using System.Buffers;

namespace ShadowProxy.Forwarding;

/// <summary>
/// The request's body as it passes through: notes when it is first read, and for requests that may be repeated keeps what was read, up to
/// 64 KiB, so that it can be read again. Zero-byte reads pass through.
/// </summary>
internal sealed class RequestBody(Stream inner, FlowContext flow, bool record, TimeProvider time) : Stream
{
    /// <summary>Bytes that are kept at most; a longer body is read once.</summary>
    public const int MostRecorded = 64 * 1024;

    private static readonly bool TakesTurns = InlineCompletions.IsOn;

    private byte[] _recorded = [];
    private int _length;
    private int _replayed;
    private bool _overflowed;
    private bool _isWhole;

    /// <summary>Whether the body can be read again from its start.</summary>
    public bool IsReplayable => record && !_overflowed;

    /// <summary>Whether all of it has come and was recorded; any thread may ask.</summary>
    public bool IsWhole => Volatile.Read(ref _isWhole) && IsReplayable;

    /// <summary>The body, where it <see cref="IsWhole"/>; any thread may ask.</summary>
    public bool TryGetWhole(out byte[] body)
    {
        body = IsWhole ? _recorded.AsSpan(0, _length).ToArray() : [];
        return IsWhole;
    }

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Starts again: what was read comes first, then the rest of the client's body.</summary>
    public void Rewind() => _replayed = 0;

    /// <summary>Gives the recording's memory back.</summary>
    public void Release()
    {
        if (_recorded.Length > 0)
            ArrayPool<byte>.Shared.Return(_recorded);
        _recorded = [];
        _overflowed = true;
    }

    /// <inheritdoc/>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        flow.IsContentRead = true;
        if (_replayed < _length)
        {
            var replayed = Math.Min(buffer.Length, _length - _replayed);
            _recorded.AsMemory(_replayed, replayed).CopyTo(buffer);
            _replayed += replayed;
            return new ValueTask<int>(replayed);
        }

        var reading = inner.ReadAsync(buffer, cancellationToken);
        if (!reading.IsCompletedSuccessfully)
            return ReceiveAsync(reading, buffer);
        var read = reading.Result;
        Take(buffer.Span, read);
        return new ValueTask<int>(read);
    }

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Read the body asynchronously.");

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private async ValueTask<int> ReceiveAsync(ValueTask<int> reading, Memory<byte> buffer)
    {
        var read = await reading;
        // While this goes on in the thread pool, the connection's thread receives more: what goes to the node goes in few pieces.
        if (TakesTurns)
            await Task.Yield();
        Take(buffer.Span, read);
        return read;
    }

    private void Take(ReadOnlySpan<byte> buffer, int read)
    {
        if (read == 0 && buffer.Length > 0)
        {
            Volatile.Write(ref _isWhole, true);
            flow.Wait(time.GetTimestamp());
        }

        if (record && !_overflowed)
            Record(buffer[..read]);
    }

    private void Record(ReadOnlySpan<byte> read)
    {
        if (_length + read.Length > MostRecorded)
        {
            Release();
            return;
        }

        if (_length + read.Length > _recorded.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(4096, (_length + read.Length) * 2));
            _recorded.AsSpan(0, _length).CopyTo(larger);
            if (_recorded.Length > 0)
                ArrayPool<byte>.Shared.Return(_recorded);
            _recorded = larger;
        }

        read.CopyTo(_recorded.AsSpan(_length));
        _length += read.Length;
        _replayed = _length;
    }
}
