using System.Net;
using ShadowProxy.Configuration;
using ShadowProxy.Edge.Clients;

namespace ShadowProxy.Edge.Configuration;

/// <summary>Looks after the <c>Kestrel</c> section.</summary>
internal static class KestrelCheck
{
    public const string Section = "Kestrel";

    /// <summary>The endpoints, by name.</summary>
    public const string Endpoints = "Kestrel:Endpoints";

    /// <summary>An endpoint's own key, which Kestrel does not know: whether connections begin with a header of the PROXY protocol.</summary>
    public const string ProxyProtocol = "ProxyProtocol";

    /// <summary>Adds an error for each endpoint that Kestrel could not listen on, or where nobody could connect.</summary>
    /// <param name="kestrel">The section.</param>
    /// <param name="trusted">The proxies that may say who the client is.</param>
    /// <param name="errors">Where to add.</param>
    public static void Check(IConfigurationSection kestrel, IReadOnlyCollection<IPNetwork> trusted, ICollection<ConfigurationError> errors)
    {
        var defaults = kestrel.GetSection($"EndpointDefaults:{ProxyProtocol}");
        if (defaults.Exists())
            errors.Add(new(defaults.Path, defaults.Value, "does not stand here; each endpoint says it for itself"));
        foreach (var endpoint in kestrel.GetSection("Endpoints").GetChildren())
        {
            var url = endpoint.GetSection("Url");
            if (string.IsNullOrEmpty(url.Value))
                errors.Add(new(endpoint.Path, null, "needs a Url, such as http://*:8080"));
            else if (!TryParse(url.Value, out var problem))
                errors.Add(new(url.Path, url.Value, $"is not a URL ({problem}); it must look like http://*:8080"));
            if (CheckProxyProtocol(endpoint, trusted) is { } error)
                errors.Add(error);
        }
    }

    /// <summary>
    /// Gives each HTTPS endpoint that has no <c>Sni</c> map one for all names, with the endpoint's own certificate. A certificate that
    /// is chosen by name leaves the name in <c>ITlsHandshakeFeature</c>, and the signature component <c>tls.sni</c> needs it there; a
    /// fixed one does not. The chain of the certificate is kept, as a plain certificate selector would not.
    /// </summary>
    public static IReadOnlyDictionary<string, string?> WithServerNames(IReadOnlyDictionary<string, string?> file, IConfiguration merged)
    {
        var values = new Dictionary<string, string?>(file, StringComparer.OrdinalIgnoreCase);
        var kestrel = merged.GetSection(Section);
        foreach (var endpoint in kestrel.GetSection("Endpoints").GetChildren())
        {
            if (endpoint["Url"]?.StartsWith("https:", StringComparison.OrdinalIgnoreCase) != true || endpoint.GetSection("Sni").GetChildren().Any())
                continue;
            var certificate = endpoint.GetSection("Certificate");
            if (!certificate.GetChildren().Any())
                certificate = kestrel.GetSection("Certificates:Default");
            foreach (var (key, value) in certificate.AsEnumerable(makePathsRelative: true).Where(pair => pair.Value is not null))
                values[$"{endpoint.Path}:Sni:*:Certificate:{key}"] = value;
        }
        return values;
    }

    private static ConfigurationError? CheckProxyProtocol(IConfigurationSection endpoint, IReadOnlyCollection<IPNetwork> trusted)
    {
        var key = endpoint.GetSection(ProxyProtocol);
        if (!key.Exists())
            return null;
        if (!bool.TryParse(key.Value, out var isOn))
            return new(key.Path, key.Value, "must be true or false");
        if (isOn && trusted.Count == 0)
            return new(key.Path, key.Value, $"needs the proxies that send it, such as \"{TrustedProxies.Section}\": [\"10.0.0.0/8\"]; nobody else may connect");
        if (isOn && endpoint["Protocols"]?.Contains("Http3", StringComparison.OrdinalIgnoreCase) == true)
            return new(key.Path, key.Value, "does not go with HTTP/3, whose connections begin with no such header; take Http3 out of Protocols");
        return null;
    }

    private static bool TryParse(string url, out string? problem)
    {
        try
        {
            BindingAddress.Parse(url);
            problem = null;
            return true;
        }
        catch (FormatException exception)
        {
            problem = exception.Message;
            return false;
        }
    }
}
