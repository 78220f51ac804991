using ShadowProxy.Signatures;

namespace ShadowProxy.Configuration;

/// <summary>What holds for one route: its own options, else the defaults, else what is built in.</summary>
internal sealed record RouteSettings(SignatureTemplate Signature, TimeSpan Idle, TimeSpan? Lifetime, TimeSpan Retention)
{
    public static RouteSettings Resolve(RouteOptions? own, DefaultsOptions defaults) => new(
        (own?.Signature ?? defaults.Signature) is { } text ? Compile(text) : SignatureTemplate.Default,
        own?.Idle ?? defaults.Idle ?? TimeSpan.FromMinutes(10),
        own?.Lifetime ?? defaults.Lifetime,
        own?.Retention ?? defaults.Retention ?? TimeSpan.FromHours(1));

    private static SignatureTemplate Compile(string text) =>
        SignatureTemplate.TryParse(text, out var template, out var error) ? template! : throw new FormatException(error);
}
