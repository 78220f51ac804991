namespace ShadowProxy.Edge.Configuration;

/// <summary>What a check of the whole configuration found.</summary>
/// <param name="Errors">One line each; where there are any, the configuration is not to be used.</param>
/// <param name="Warnings">One line each: what works, and probably not as meant.</param>
/// <param name="Routes">How many routes there are.</param>
/// <param name="Clusters">How many clusters there are.</param>
/// <param name="Merged">The file with the environment over it.</param>
/// <param name="Values">What the file says, as the host is to use it.</param>
/// <param name="Locator">Where in the file, or in the environment, each of them stands.</param>
internal sealed record ConfigurationReport(
    IReadOnlyList<string> Errors, IReadOnlyList<string> Warnings, int Routes, int Clusters, IConfiguration Merged,
    IReadOnlyDictionary<string, string?> Values, ErrorLocator Locator);
