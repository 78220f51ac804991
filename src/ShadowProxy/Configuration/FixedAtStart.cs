namespace ShadowProxy.Configuration;

/// <summary>The options that a running proxy cannot change: what stands on them was built at start.</summary>
internal static class FixedAtStart
{
    private static readonly (string Name, Func<ShadowingOptions, object?> Value)[] Options =
    [
        (nameof(ShadowingOptions.Place), options => (options.Place.Host, options.Place.Zone, options.Place.Region)),
        (nameof(ShadowingOptions.SignatureKey), options => options.SignatureKey),
        (nameof(ShadowingOptions.SignatureKeyFile), options => options.SignatureKeyFile),
        (nameof(ShadowingOptions.StateDirectory), options => options.StateDirectory),
        (nameof(ShadowingOptions.Capacity), options => options.Capacity),
        (nameof(ShadowingOptions.Admin), options => string.Join('\n', typeof(AdminOptions).GetProperties().Select(option => option.GetValue(options.Admin)))),
    ];

    /// <summary>The names of those that differ.</summary>
    public static IEnumerable<string> Differences(ShadowingOptions current, ShadowingOptions next) =>
        Options.Where(option => !Equals(option.Value(current), option.Value(next))).Select(option => option.Name);

    /// <summary>The next options with the fixed ones as they are.</summary>
    public static ShadowingOptions Keep(ShadowingOptions current, ShadowingOptions next) => new()
    {
        Place = current.Place,
        SignatureKey = current.SignatureKey,
        SignatureKeyFile = current.SignatureKeyFile,
        StateDirectory = current.StateDirectory,
        Capacity = current.Capacity,
        Admin = current.Admin,
        Defaults = next.Defaults,
        Clusters = next.Clusters,
        Routes = next.Routes,
    };
}
