namespace ShadowProxy.Configuration;

/// <summary>The <c>Shadowing</c> section cannot be used. Thrown at start only; a bad reload keeps the last good settings.</summary>
/// <param name="errors">Everything that is wrong, not only the first.</param>
public sealed class ShadowingConfigurationException(IReadOnlyList<ConfigurationError> errors)
    : Exception("The ShadowProxy configuration has errors:" + string.Concat(errors.Select(error => $"{Environment.NewLine}  {error}")))
{
    /// <summary>Everything that is wrong.</summary>
    public IReadOnlyList<ConfigurationError> Errors { get; } = errors;
}
