using Yarp.ReverseProxy.Model;

namespace ShadowProxy.Nodes;

/// <summary>A node as the configuration describes it.</summary>
/// <param name="Id">The destination's id.</param>
/// <param name="Address">The destination's address.</param>
/// <param name="Settings">Weight, limits, place.</param>
/// <param name="Destination">The YARP destination.</param>
internal sealed record NodeDescription(string Id, string Address, NodeSettings Settings, DestinationState Destination);
