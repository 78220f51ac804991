using ShadowProxy.Configuration;

namespace ShadowProxy.Edge.Configuration;

/// <summary>A JSON document as configuration.</summary>
/// <param name="Values">Values by configuration path.</param>
/// <param name="Lines">The line, from 1, of each path; the empty path's is that of a syntax error.</param>
/// <param name="Errors">Syntax errors and keys that stand twice.</param>
internal sealed record JsonConfiguration(
    IReadOnlyDictionary<string, string?> Values, IReadOnlyDictionary<string, int> Lines, IReadOnlyList<ConfigurationError> Errors);
