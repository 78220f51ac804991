namespace ShadowProxy.Edge.Configuration;

/// <summary>The source that holds the file's last good values, for the host to read. New ones are published whole.</summary>
internal sealed class LastGoodConfiguration : ConfigurationProvider, IConfigurationSource
{
    public LastGoodConfiguration(IReadOnlyDictionary<string, string?> values) => Data = Copy(values);

    /// <summary>New values can be read, and nobody has been told to.</summary>
    public event Action? Publishing;

    /// <summary>Puts checked values in force.</summary>
    public void Publish(IReadOnlyDictionary<string, string?> values)
    {
        Data = Copy(values);
        Publishing?.Invoke();
        OnReload();
    }

    public IConfigurationProvider Build(IConfigurationBuilder builder) => this;

    private static Dictionary<string, string?> Copy(IReadOnlyDictionary<string, string?> values) => new(values, StringComparer.OrdinalIgnoreCase);
}
