using ShadowProxy.Signatures;

namespace ShadowProxy.Configuration;

/// <summary>What a misspelt name was probably meant to be, as the end of an error's sentence.</summary>
internal static class Suggestion
{
    /// <summary><c>; did you mean NAME?</c>, or nothing where no name is near.</summary>
    public static string For(string name, IReadOnlyCollection<string> known) =>
        known.Count > 0 && Spelling.Nearest(name, known) is { } nearest ? $"; did you mean {nearest}?" : "";
}
