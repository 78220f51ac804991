namespace ShadowProxy.Telemetry;

/// <summary>The last so many items, newest first. Thread-safe.</summary>
internal sealed class BoundedHistory<T>(int capacity)
{
    private readonly Lock _lock = new();
    private readonly T[] _items = new T[capacity];
    private long _added;

    /// <summary>Adds an item; the oldest goes where there is no room.</summary>
    public void Add(T item)
    {
        lock (_lock)
            _items[_added++ % _items.Length] = item;
    }

    /// <summary>A copy, newest first.</summary>
    public T[] ToArray()
    {
        lock (_lock)
        {
            var copy = new T[Math.Min(_added, _items.Length)];
            for (var i = 0; i < copy.Length; i++)
                copy[i] = _items[(_added - 1 - i) % _items.Length];
            return copy;
        }
    }
}
