namespace ShadowProxy.Nodes;

/// <summary>
/// A node's record of symptoms and evacuations, decaying with a half-life of one hour: among nodes that are otherwise nearly equal,
/// new flows go to the one with the better record. Written by the Flow Monitor alone; read by all.
/// </summary>
internal sealed class NodeHistory
{
    private static readonly double HalfLifeSeconds = TimeSpan.FromHours(1).TotalSeconds;

    private double _trouble;
    private double _at;

    /// <summary>Adds an evacuation or a symptom, seen at a time in seconds.</summary>
    public void Add(double weight, double seconds)
    {
        Volatile.Write(ref _trouble, Trouble(seconds) + weight);
        Volatile.Write(ref _at, seconds);
    }

    /// <summary>0 = spotless; grows with each evacuation by one and halves every hour.</summary>
    public double Trouble(double seconds) => Volatile.Read(ref _trouble) * Math.Pow(2, (Volatile.Read(ref _at) - seconds) / HalfLifeSeconds);
}
