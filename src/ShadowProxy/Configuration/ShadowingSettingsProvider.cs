using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Primitives;
using ShadowProxy.Telemetry;

namespace ShadowProxy.Configuration;

/// <summary>
/// Holds the settings in force and follows the section's reloads: a good one is published as a new snapshot, a bad one is logged
/// and changes nothing. Thread-safe; readers never wait.
/// </summary>
internal sealed class ShadowingSettingsProvider : IDisposable
{
    private readonly IConfiguration? _section;
    private readonly ILogger<ShadowingSettingsProvider> _logger;
    private readonly Lock _reloading = new();
    private readonly IDisposable? _subscription;
    private volatile ShadowingSettings _current;
    private IChangeToken? _read;

    /// <summary>Reads the section, or takes the defaults where it is null or empty.</summary>
    /// <exception cref="ShadowingConfigurationException">The section has errors.</exception>
    public ShadowingSettingsProvider(IConfiguration? section, ILogger<ShadowingSettingsProvider> logger)
    {
        _section = section;
        _logger = logger;
        _read = section?.GetReloadToken();
        var errors = new List<ConfigurationError>();
        var options = ShadowingOptionsValidator.Read(section, errors);
        if (errors.Count > 0)
            throw new ShadowingConfigurationException(errors);
        _current = new ShadowingSettings(options, SignatureKeySource.Load(options, logger));
        if (section is not null)
            _subscription = ChangeToken.OnChange(section.GetReloadToken, Refresh);
    }

    /// <summary>The settings in force.</summary>
    public ShadowingSettings Current => _current;

    /// <summary>The section's place in the configuration; empty where it has none.</summary>
    public string Path => (_section as IConfigurationSection)?.Path ?? "";

    /// <summary>Raised after <see cref="Current"/> changed, on the thread that reloaded.</summary>
    public event Action? Changed;

    /// <summary>
    /// The settings in force, once a reload that is already there is taken in. For those that YARP calls during the same reload:
    /// which of the two hears of it first is chance.
    /// </summary>
    public ShadowingSettings Latest()
    {
        Refresh();
        return _current;
    }

    public void Dispose() => _subscription?.Dispose();

    private void Refresh()
    {
        lock (_reloading)
        {
            var token = _section?.GetReloadToken();
            if (ReferenceEquals(token, _read))
                return;
            _read = token;
            if (!TryReload())
                return;
        }
        Changed?.Invoke();
    }

    private bool TryReload()
    {
        var errors = new List<ConfigurationError>();
        var options = ShadowingOptionsValidator.Read(_section, errors);
        foreach (var error in errors)
            ShadowingLog.ConfigurationRefused(_logger, error.ToString());
        if (errors.Count > 0)
            return false;
        var current = _current;
        foreach (var name in FixedAtStart.Differences(current.Options, options))
            ShadowingLog.ConfigurationDeferred(_logger, name);
        _current = new ShadowingSettings(FixedAtStart.Keep(current.Options, options), current.Key);
        return true;
    }
}
