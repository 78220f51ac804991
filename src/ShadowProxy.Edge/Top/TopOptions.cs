namespace ShadowProxy.Edge.Top;

/// <summary>What <c>shadowproxy top</c> is asked for.</summary>
/// <param name="Url">The operators' listener.</param>
/// <param name="Key">The key; null where none is asked for.</param>
/// <param name="Interval">The time between two looks.</param>
/// <param name="Sort">By what nodes are sorted.</param>
/// <param name="Once">True for one plain table.</param>
internal sealed record TopOptions(Uri Url, string? Key, TimeSpan Interval, TopSort Sort, bool Once)
{
    /// <summary>The environment variable that holds the key.</summary>
    public const string KeyVariable = "SHADOWPROXY_ADMIN_KEY";
}

/// <summary>By what nodes are sorted: what wants an eye on it first.</summary>
internal enum TopSort
{
    /// <summary>Cluster and id.</summary>
    Name,

    /// <summary>Those that are not healthy first.</summary>
    State,

    /// <summary>The lowest first.</summary>
    Score,

    /// <summary>The lowest admitted share first.</summary>
    Share,

    /// <summary>The most first.</summary>
    Flows,

    /// <summary>The slowest first.</summary>
    Latency,

    /// <summary>The most first.</summary>
    Errors,
}
