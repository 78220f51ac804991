namespace ShadowProxy.Edge.Configuration;

/// <summary>The proxy cannot start with its configuration.</summary>
/// <param name="errors">Everything that is wrong, one line each.</param>
internal sealed class EdgeConfigurationException(IReadOnlyList<string> errors) : Exception(string.Join(Environment.NewLine, errors))
{
    /// <summary>Everything that is wrong, one line each.</summary>
    public IReadOnlyList<string> Errors { get; } = errors;
}
