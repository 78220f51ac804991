namespace ShadowProxy.Nodes;

/// <summary>What an operator wants of a node.</summary>
internal enum OperatorWish
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>That its flows leave, until it is restored.</summary>
    Evacuate,

    /// <summary>That it takes all its flows again.</summary>
    Restore,
}
