namespace ShadowProxy.Edge.Demo;

/// <summary>The latest events of a run. Bounded; thread-safe.</summary>
/// <param name="elapsed">The time since the start of the load.</param>
internal sealed class DemoFeed(Func<TimeSpan> elapsed)
{
    /// <summary>How many events are kept.</summary>
    public const int Kept = 8;

    private readonly Lock _gate = new();
    private readonly List<DemoEvent> _newestFirst = [];
    private int _nextId;

    /// <summary>The events kept, newest first.</summary>
    public IReadOnlyList<DemoEvent> Latest
    {
        get
        {
            lock (_gate)
                return [.. _newestFirst];
        }
    }

    /// <summary>Adds an event that happens now, and returns its id.</summary>
    public int Add(DemoTone tone, string text) => Add(elapsed(), tone, text);

    /// <summary>Adds an event, and returns its id.</summary>
    public int Add(TimeSpan at, DemoTone tone, string text)
    {
        lock (_gate)
        {
            Put(new DemoEvent(_nextId, at, tone, text));
            return _nextId++;
        }
    }

    /// <summary>Puts a new text, and the top place, in the stead of an event.</summary>
    public void Renew(int id, TimeSpan at, DemoTone tone, string text)
    {
        lock (_gate)
        {
            _newestFirst.RemoveAll(e => e.Id == id);
            Put(new DemoEvent(id, at, tone, text));
        }
    }

    private void Put(DemoEvent happened)
    {
        _newestFirst.Insert(0, happened);
        if (_newestFirst.Count > Kept)
            _newestFirst.RemoveAt(Kept);
    }
}
