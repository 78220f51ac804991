using System.Runtime.CompilerServices;
using System.Threading.Channels;
using ShadowProxy.Signatures;

namespace ShadowProxy.Telemetry;

/// <summary>What was decided lately, in one order, and who listens. Thread-safe; a listener that is slow loses the oldest, and holds up nobody.</summary>
/// <param name="before">All ids are higher.</param>
internal sealed class NoticeBoard(long before)
{
    private const int MigrationsKept = 16_384;
    private const int MigrationsShown = 1000;
    private const int EventsKept = 500;
    private const int KeptForListener = 1024;

    private readonly Lock _lock = new();
    private readonly BoundedHistory<MigrationRecord> _migrations = new(MigrationsKept);
    private readonly BoundedHistory<ShadowingEvent> _events = new(EventsKept);
    private readonly List<ChannelWriter<ShadowingNotice>> _listeners = [];
    private long _lastId = before;

    /// <summary>The last flow migrations, newest first.</summary>
    public IReadOnlyList<MigrationRecord> Migrations => _migrations.ToArray(MigrationsShown);

    /// <summary>The last events, newest first.</summary>
    public IReadOnlyList<ShadowingEvent> Events => _events.ToArray();

    /// <summary>A flow's migrations among all that are kept, newest first.</summary>
    public IReadOnlyList<MigrationRecord> MigrationsOf(Signature signature) => _migrations.FindAll(record => record.Signature == signature);

    /// <summary>Adds a migration, with the next id.</summary>
    public void Add(MigrationRecord record)
    {
        lock (_lock)
        {
            record = record with { Id = ++_lastId };
            _migrations.Add(record);
            Tell(new ShadowingNotice(_lastId, null, record));
        }
    }

    /// <summary>Adds an event, with the next id.</summary>
    public void Add(ShadowingEvent happened)
    {
        lock (_lock)
        {
            happened = happened with { Id = ++_lastId };
            _events.Add(happened);
            Tell(new ShadowingNotice(_lastId, happened, null));
        }
    }

    /// <summary>What comes from now on, oldest first, until it is cancelled.</summary>
    /// <param name="after">Begins with what is kept of what came after this id; null: with what is new.</param>
    /// <param name="stop">Ends it.</param>
    public async IAsyncEnumerable<ShadowingNotice> ListenAsync(long? after, [EnumeratorCancellation] CancellationToken stop)
    {
        var channel = Channel.CreateBounded<ShadowingNotice>(
            new BoundedChannelOptions(KeptForListener) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });
        IEnumerable<ShadowingNotice> past;
        lock (_lock)
        {
            past = after is { } id ? Since(id) : [];
            _listeners.Add(channel.Writer);
        }

        try
        {
            foreach (var notice in past)
                yield return notice;
            await foreach (var notice in channel.Reader.ReadAllAsync(stop).ConfigureAwait(false))
                yield return notice;
        }
        finally
        {
            lock (_lock)
                _listeners.Remove(channel.Writer);
        }
    }

    private void Tell(in ShadowingNotice notice)
    {
        foreach (var listener in _listeners)
            listener.TryWrite(notice);
    }

    private ShadowingNotice[] Since(long id)
    {
        var events = _events.FindAll(happened => happened.Id > id).Select(happened => new ShadowingNotice(happened.Id, happened, null));
        var migrations = _migrations.FindAll(record => record.Id > id).Select(record => new ShadowingNotice(record.Id, null, record));
        return [.. events.Concat(migrations).OrderBy(notice => notice.Id).TakeLast(KeptForListener)];
    }
}
