using ShadowProxy.Monitoring;

namespace ShadowProxy.Dashboard.Nodes;

/// <summary>The style that gives a part of the page the colour of a node's state.</summary>
internal static class Tone
{
    /// <summary>That of a state.</summary>
    public static string Of(NodeState state) => Of(state.ToString());

    /// <summary>That of a state's name; none for the empty name.</summary>
    public static string Of(string state) => state.Length > 0 ? $"tone-{state.ToLowerInvariant()}" : "";
}
