namespace ShadowProxy.Connections;

/// <summary>What the bytes that a connection began with are so far.</summary>
internal enum PrefaceStatus
{
    /// <summary>More must come.</summary>
    Incomplete,

    /// <summary>Not what they should be, whatever follows.</summary>
    Invalid,

    /// <summary>All that was waited for.</summary>
    Complete,

    /// <summary>Nothing more came in time.</summary>
    TimedOut,

    /// <summary>The other side ended the connection first.</summary>
    Ended,
}
