namespace ShadowProxy.Tables;

/// <summary>Why an entry left its table.</summary>
internal enum RemovalCause
{
    /// <summary>Its time was over.</summary>
    Expired,

    /// <summary>The table was full and it was the coldest.</summary>
    Evicted,

    /// <summary>It was taken out.</summary>
    Removed,
}
