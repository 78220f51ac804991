namespace ShadowProxy.Forwarding;

/// <summary>
/// The request's body as it passes through: notes when it is first read, and for requests that may be repeated keeps what was read, up to
/// its route's limit, so that it can be read again. Zero-byte reads pass through.
/// </summary>
/// <remarks>One reads at a time; <see cref="IsWhole"/>, <see cref="TryGetWhole"/> and <see cref="Release"/> are for any thread.</remarks>
/// <param name="inner">What the client sends.</param>
/// <param name="flow">The request.</param>
/// <param name="recordings">Where it is kept; null where it is not to be.</param>
/// <param name="time">The clock.</param>
internal sealed class RequestBody(Stream inner, FlowContext flow, RecordedBodies? recordings, TimeProvider time) : Stream
{
    private const int FirstBuffer = 4096;

    private static readonly bool TakesTurns = InlineCompletions.IsOn;

    private readonly int _mostRecorded = flow.Binding.Route.ReplayBodyLimit;
    private readonly Lock? _lock = recordings is null ? null : new Lock();
    private byte[] _recorded = [];
    private int _length;
    private int _replayed;
    private bool _isLost = recordings is null;
    private bool _isWhole;

    /// <summary>Whether the body can be read again from its start.</summary>
    public bool IsReplayable => !Volatile.Read(ref _isLost);

    /// <summary>Whether all of it has come and was recorded.</summary>
    public bool IsWhole => Volatile.Read(ref _isWhole) && IsReplayable;

    /// <summary>The body, where it <see cref="IsWhole"/>.</summary>
    public bool TryGetWhole(out byte[] body)
    {
        body = [];
        if (_lock is null)
            return false;
        lock (_lock)
        {
            if (!IsWhole)
                return false;
            body = _recorded.AsSpan(0, _length).ToArray();
            return true;
        }
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

    /// <summary>Gives the recording's memory back; the body cannot be read again.</summary>
    public void Release()
    {
        if (_lock is null)
            return;
        lock (_lock)
            Forget();
    }

    /// <inheritdoc/>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        flow.IsContentRead = true;
        if (_replayed < _length)
            return new ValueTask<int>(ReadRecorded(buffer.Span));
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

        if (read == 0 || _lock is null)
            return;
        lock (_lock)
        {
            if (!_isLost)
                Record(buffer[..read]);
        }
    }

    private void Record(ReadOnlySpan<byte> read)
    {
        var length = _length + read.Length;
        if (length > _mostRecorded || (length > _recorded.Length && !TryGrow(length)))
        {
            Forget();
            return;
        }

        read.CopyTo(_recorded.AsSpan(_length));
        _length = _replayed = length;
    }

    private bool TryGrow(int length)
    {
        // The first piece is mostly all there is.
        var wanted = _length == 0 ? Math.Max(FirstBuffer, length) : Math.Max(length, Math.Min(_mostRecorded, 2 * length));
        if (recordings!.TryRent(wanted) is not { } larger)
            return false;
        _recorded.AsSpan(0, _length).CopyTo(larger);
        recordings.Return(_recorded);
        _recorded = larger;
        return true;
    }

    private int ReadRecorded(Span<byte> buffer)
    {
        lock (_lock!)
        {
            if (_isLost)
                throw new IOException("The recorded body was given up.");
            var replayed = Math.Min(buffer.Length, _length - _replayed);
            _recorded.AsSpan(_replayed, replayed).CopyTo(buffer);
            _replayed += replayed;
            return replayed;
        }
    }

    private void Forget()
    {
        recordings!.Return(_recorded);
        _recorded = [];
        _length = _replayed = 0;
        Volatile.Write(ref _isLost, true);
    }
}
