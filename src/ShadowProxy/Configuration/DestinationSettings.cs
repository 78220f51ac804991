using System.Globalization;

namespace ShadowProxy.Configuration;

/// <summary>What a destination's metadata says of a node.</summary>
/// <param name="Weight">Relative share of flows, above 0 to 1000; 1 where it is not given.</param>
/// <param name="MaxConcurrentRequests">How many requests it takes at once; null where it is not given.</param>
/// <param name="AgentPort">Where its agent listens (agent-check); null where it is not given.</param>
/// <param name="Host">Its machine.</param>
/// <param name="Zone">Its zone.</param>
/// <param name="Region">Its region.</param>
internal sealed record DestinationSettings(double Weight, int? MaxConcurrentRequests, int? AgentPort, string? Host, string? Zone, string? Region)
{
    /// <summary>What the node shows to hand in load reports of its own; null where it has no key.</summary>
    public HashedSecret? ReportKey { get; init; }

    /// <summary>Reads the metadata. A value with an error counts as not given.</summary>
    /// <param name="metadata">The destination's metadata.</param>
    /// <param name="path">Its configuration path, for errors.</param>
    /// <param name="errors">Where errors are added.</param>
    public static DestinationSettings Read(
        IReadOnlyDictionary<string, string>? metadata, string path = "Metadata", ICollection<ConfigurationError>? errors = null)
    {
        var weight = 1d;
        if (metadata?.GetValueOrDefault(nameof(Weight)) is { } weightText)
        {
            if (double.TryParse(weightText, NumberStyles.Float, CultureInfo.InvariantCulture, out var parsed) && parsed is > 0 and <= 1000)
                weight = parsed;
            else
                errors?.Add(new($"{path}:{nameof(Weight)}", weightText, "must be a number above 0 and up to 1000"));
        }
        int? most = null;
        if (metadata?.GetValueOrDefault(nameof(MaxConcurrentRequests)) is { } mostText)
        {
            if (int.TryParse(mostText, NumberStyles.None, CultureInfo.InvariantCulture, out var parsed) && parsed >= 1)
                most = parsed;
            else
                errors?.Add(new($"{path}:{nameof(MaxConcurrentRequests)}", mostText, "must be a whole number of 1 or more"));
        }
        int? agentPort = null;
        if (metadata?.GetValueOrDefault(nameof(AgentPort)) is { } portText)
        {
            if (ushort.TryParse(portText, NumberStyles.None, CultureInfo.InvariantCulture, out var parsed) && parsed >= 1)
                agentPort = parsed;
            else
                errors?.Add(new($"{path}:{nameof(AgentPort)}", portText, "must be a port, 1 to 65535"));
        }
        HashedSecret? reportKey = null;
        if (metadata?.GetValueOrDefault(nameof(ReportKey)) is { } keyText)
        {
            if (keyText.Length >= SecretAttribute.LeastLength)
                reportKey = new HashedSecret(keyText);
            else
                errors?.Add(new($"{path}:{nameof(ReportKey)}", null, SecretAttribute.TooShort));
        }
        return new(
            weight, most, agentPort,
            metadata?.GetValueOrDefault(nameof(Host)), metadata?.GetValueOrDefault(nameof(Zone)), metadata?.GetValueOrDefault(nameof(Region)))
        {
            ReportKey = reportKey,
        };
    }
}
