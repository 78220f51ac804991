using ShadowProxy.Configuration;

namespace ShadowProxy.Edge.Configuration;

/// <summary>The source that holds the file's last good values, for the host to read. New ones are published whole.</summary>
internal sealed class LastGoodConfiguration : ConfigurationProvider, IConfigurationSource, ISettingLocator
{
    private volatile ErrorLocator _locator;

    public LastGoodConfiguration(ConfigurationReport report) => (Data, _locator) = (Copy(report.Values), report.Locator);

    /// <summary>New values can be read, and nobody has been told to.</summary>
    public event Action? Publishing;

    /// <summary>Puts checked values in force.</summary>
    public void Publish(ConfigurationReport report)
    {
        (Data, _locator) = (Copy(report.Values), report.Locator);
        Publishing?.Invoke();
        OnReload();
    }

    public string Find(string path) => _locator.Find(path);

    public IConfigurationProvider Build(IConfigurationBuilder builder) => this;

    private static Dictionary<string, string?> Copy(IReadOnlyDictionary<string, string?> values) => new(values, StringComparer.OrdinalIgnoreCase);
}
