using ShadowProxy.Lab.Summary;

namespace ShadowProxy.Edge.Demo;

/// <summary>What a proxy knows of its nodes and does about them.</summary>
internal interface IProxyView
{
    /// <summary>The proxy's name.</summary>
    string Name { get; }

    /// <summary>Notes what has happened since the last call in the feed. Called several times a second, by one caller.</summary>
    void Follow(DemoFeed feed);

    /// <summary>The nodes now, by name.</summary>
    IReadOnlyList<DemoNode> Nodes { get; }

    /// <summary>What moved, as far as followed; null where the proxy moves no flows.</summary>
    MigrationTally? Migrations { get; }
}
