using ShadowProxy.Configuration;

namespace ShadowProxy.Edge.Configuration;

/// <summary>Looks after the <c>Kestrel</c> section.</summary>
internal static class KestrelCheck
{
    public const string Section = "Kestrel";

    /// <summary>Adds an error for each endpoint that Kestrel could not listen on.</summary>
    public static void Check(IConfigurationSection kestrel, ICollection<ConfigurationError> errors)
    {
        foreach (var endpoint in kestrel.GetSection("Endpoints").GetChildren())
        {
            var url = endpoint.GetSection("Url");
            if (string.IsNullOrEmpty(url.Value))
                errors.Add(new(endpoint.Path, null, "needs a Url, such as http://*:8080"));
            else if (!TryParse(url.Value, out var problem))
                errors.Add(new(url.Path, url.Value, $"is not a URL ({problem}); it must look like http://*:8080"));
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
