namespace ShadowProxy.Nodes;

/// <summary>The ways in which a node announces that it is about to stop. What it says in one of them, it takes back in the same alone.</summary>
[Flags]
internal enum Announcement
{
    /// <summary>It stays.</summary>
    None = 0,

    /// <summary>Its load reports say so, with the answers or out of band.</summary>
    Report = 1,

    /// <summary>Its agent-check port says <c>drain</c>.</summary>
    AgentCheck = 2,

    /// <summary>Its gRPC health says <c>NOT_SERVING</c>.</summary>
    GrpcHealth = 4,
}
