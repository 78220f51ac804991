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
    /// <param name="most">How many at most.</param>
    public T[] ToArray(int most = int.MaxValue)
    {
        lock (_lock)
        {
            var copy = new T[Math.Min(most, Math.Min(_added, _items.Length))];
            for (var i = 0; i < copy.Length; i++)
                copy[i] = At(i);
            return copy;
        }
    }

    /// <summary>A copy of those that fit, newest first.</summary>
    public List<T> FindAll(Predicate<T> fits)
    {
        var found = new List<T>();
        lock (_lock)
        {
            var count = Math.Min(_added, _items.Length);
            for (var i = 0; i < count; i++)
            {
                if (fits(At(i)))
                    found.Add(At(i));
            }
        }

        return found;
    }

    private T At(int age) => _items[(_added - 1 - age) % _items.Length];
}
