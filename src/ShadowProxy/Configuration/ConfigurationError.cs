namespace ShadowProxy.Configuration;

/// <summary>One thing that is wrong in a configuration.</summary>
/// <param name="Path">Where: the configuration path, such as <c>Shadowing:Clusters:orders:Mode</c>.</param>
/// <param name="Value">What stands there; null where it is a whole object, a secret, or nothing.</param>
/// <param name="Problem">What is wrong with it and what would be right.</param>
public sealed record ConfigurationError(string Path, string? Value, string Problem)
{
    /// <summary>One line: path, value, problem.</summary>
    public override string ToString() => Value is null ? $"{Path}: {Problem}" : $"{Path} = \"{Value}\": {Problem}";
}
