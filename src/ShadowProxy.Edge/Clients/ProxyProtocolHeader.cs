using System.Net;

namespace ShadowProxy.Edge.Clients;

/// <summary>What a proxy says of a connection that it relays.</summary>
/// <param name="Length">The length of the header in bytes.</param>
/// <param name="Client">Who opened the connection; null where the proxy speaks for itself, or does not know.</param>
/// <param name="Destination">What the client connected to; null with <paramref name="Client"/>.</param>
internal readonly record struct ProxyProtocolHeader(int Length, IPEndPoint? Client = null, IPEndPoint? Destination = null);
