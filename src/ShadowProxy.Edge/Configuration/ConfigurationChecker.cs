using ShadowProxy.Configuration;
using ShadowProxy.Edge.Clients;

namespace ShadowProxy.Edge.Configuration;

/// <summary>Reads the configuration file, merges the environment over it, and checks the whole. Changes nothing.</summary>
internal static class ConfigurationChecker
{
    private static readonly string[] RootKeys =
        ["$schema", "Kestrel", "Urls", TrustedProxies.Section, "Logging", "AllowedHosts", "ReverseProxy", "Shadowing", "AccessLog", "Listeners", "Shutdown"];

    /// <summary>Checks a file. Never throws on what it holds, nor where it cannot be read.</summary>
    public static async Task<ConfigurationReport> CheckAsync(string path)
    {
        var json = Read(path);
        var merged = EdgeConfiguration.Merge(json.Values);
        var errors = new List<ConfigurationError>(json.Errors);
        var warnings = new List<ConfigurationError>();
        var counts = (Routes: 0, Clusters: 0);
        if (errors.All(error => error.Path.Length > 0))
        {
            errors.AddRange(UnknownRootKeys(json));
            OptionsReader.Read<ShutdownOptions>(merged.GetSection(ShutdownOptions.Section), errors);
            OptionsReader.Read<AccessLogOptions>(merged.GetSection(AccessLogOptions.Section), errors);
            if (OptionsReader.Read<ListenersOptions>(merged.GetSection(ListenersOptions.Section), errors).ReusePort && !OperatingSystem.IsLinux())
                errors.Add(new("Listeners:ReusePort", "true", "works on Linux only"));
            var trusted = TrustedProxies.Read(merged.GetSection(TrustedProxies.Section), errors);
            KestrelCheck.Check(merged.GetSection(KestrelCheck.Section), trusted, errors);
            var shadowing = ShadowingOptionsValidator.Read(merged.GetSection(EdgeConfiguration.Shadowing), errors);
            var reverseProxy = merged.GetSection(EdgeConfiguration.ReverseProxy);
            counts = await ReverseProxyCheck.CheckAsync(reverseProxy, shadowing, errors, warnings);
        }
        var locator = new ErrorLocator(path, json.Lines);
        return new(
            [.. errors.OrderBy(locator.LineOf).Select(locator.Describe)], [.. warnings.Select(locator.Describe)], counts.Routes, counts.Clusters, merged,
            KestrelCheck.WithServerNames(json.Values, merged), locator);
    }

    private static JsonConfiguration Read(string path)
    {
        try
        {
            return JsonConfigurationReader.Read(File.ReadAllBytes(path));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return new(new Dictionary<string, string?>(), new Dictionary<string, int>(), [new("", null, $"cannot be read: {exception.Message}")]);
        }
    }

    private static IEnumerable<ConfigurationError> UnknownRootKeys(JsonConfiguration json) => json.Values.Keys
        .Select(key => key.Split(ConfigurationPath.KeyDelimiter)[0])
        .Distinct(StringComparer.OrdinalIgnoreCase)
        .Where(key => !RootKeys.Contains(key, StringComparer.OrdinalIgnoreCase))
        .Select(key => new ConfigurationError(key, json.Values.GetValueOrDefault(key), "is not a known key" + Suggestion.For(key, RootKeys)));
}
