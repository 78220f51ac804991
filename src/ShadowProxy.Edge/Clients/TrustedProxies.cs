using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Primitives;
using ShadowProxy.Configuration;

namespace ShadowProxy.Edge.Clients;

/// <summary>
/// Which machines in front of the proxy are believed when they say who the client is: the array <c>TrustedProxies</c>, followed when it
/// reloads. Thread-safe.
/// </summary>
internal sealed class TrustedProxies : IDisposable
{
    /// <summary>The key of the array.</summary>
    public const string Section = "TrustedProxies";

    private readonly IDisposable _following;
    private volatile IPNetwork[] _networks;

    /// <summary>Reads and follows a configuration that was checked.</summary>
    public TrustedProxies(IConfiguration configuration)
    {
        _networks = Read(configuration.GetSection(Section), []);
        _following = ChangeToken.OnChange(configuration.GetReloadToken, () => _networks = Read(configuration.GetSection(Section), []));
    }

    /// <summary>The networks, replaced as a whole.</summary>
    public IPNetwork[] Networks => _networks;

    /// <summary>Reads the array; adds an error for what is neither an address nor a network.</summary>
    public static IPNetwork[] Read(IConfigurationSection section, ICollection<ConfigurationError> errors)
    {
        if (!string.IsNullOrEmpty(section.Value))
            errors.Add(new(section.Path, section.Value, "must be an array, [ … ]"));
        var networks = new List<IPNetwork>();
        foreach (var item in section.GetChildren())
        {
            if (TryParse(item.Value, out var network))
                networks.Add(network);
            else
                errors.Add(new(item.Path, item.Value, "must be an address such as 10.0.0.7 or a network such as 10.0.0.0/8"));
        }
        return [.. networks];
    }

    /// <summary>Whether the sender of a connection is among them. Who may open a Unix socket is, by the rights of its file.</summary>
    public bool Contains(EndPoint? sender) => sender switch
    {
        IPEndPoint { Address: var address } => Contains(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address),
        UnixDomainSocketEndPoint => true,
        _ => false,
    };

    public void Dispose() => _following.Dispose();

    private bool Contains(IPAddress address) => Array.Exists(_networks, network => network.Contains(address));

    private static bool TryParse(string? text, out IPNetwork network)
    {
        network = default;
        // Both parsers would take 10 for 0.0.0.10.
        if (text is null || (text.AsSpan().Count('.') != 3 && !text.Contains(':', StringComparison.Ordinal)))
            return false;
        if (!IPAddress.TryParse(text, out var address))
            return IPNetwork.TryParse(text, out network);
        network = new IPNetwork(address, address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128);
        return true;
    }
}
