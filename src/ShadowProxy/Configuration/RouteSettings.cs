using ShadowProxy.Signatures;
using ShadowProxy.Tables;

namespace ShadowProxy.Configuration;

/// <summary>What holds for one route: its own options, else the defaults, else what is built in.</summary>
internal sealed record RouteSettings(
    SignatureTemplate Signature, TimeSpan Idle, TimeSpan? Lifetime, TimeSpan Retention, InFlightMode InFlight, TimeSpan DrainTimeout,
    bool Hedging, string? IdempotencyHeader, int ReplayBodyLimit, RetryRange RetryWithin)
{
    /// <summary>Whether a request that may be repeated may leave a node that does not answer.</summary>
    public bool IsReplayed { get; } = InFlight != InFlightMode.Abort;

    /// <summary><see cref="Idle"/> as the tables count it.</summary>
    public uint IdleTicks { get; } = FlowClock.Ticks(Idle);

    /// <summary><see cref="Lifetime"/> as the tables count it.</summary>
    public uint LifetimeTicks { get; } = Lifetime is { } lifetime ? FlowClock.Ticks(lifetime) : FlowClock.Never;

    /// <summary><see cref="Retention"/> as the tables count it.</summary>
    public uint RetentionTicks { get; } = FlowClock.Ticks(Retention);

    public static RouteSettings Resolve(RouteOptions? own, DefaultsOptions defaults) => new(
        (own?.Signature ?? defaults.Signature) is { } text ? Compile(text) : SignatureTemplate.Default,
        own?.Idle ?? defaults.Idle ?? TimeSpan.FromMinutes(10),
        own?.Lifetime ?? defaults.Lifetime,
        own?.Retention ?? defaults.Retention ?? TimeSpan.FromHours(1),
        own?.InFlight ?? defaults.InFlight ?? InFlightMode.Drain,
        own?.DrainTimeout ?? defaults.DrainTimeout ?? TimeSpan.FromSeconds(30),
        own?.Hedging ?? defaults.Hedging ?? true,
        own?.IdempotencyHeader ?? defaults.IdempotencyHeader,
        own?.ReplayBodyLimit ?? defaults.ReplayBodyLimit ?? 64 * 1024,
        own?.RetryWithin ?? defaults.RetryWithin ?? RetryRange.Any);

    private static SignatureTemplate Compile(string text) =>
        SignatureTemplate.TryParse(text, out var template, out var error) ? template! : throw new FormatException(error);
}
