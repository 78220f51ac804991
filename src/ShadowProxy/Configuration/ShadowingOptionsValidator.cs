using Microsoft.Extensions.Configuration;

namespace ShadowProxy.Configuration;

/// <summary>Reads the <c>Shadowing</c> section from any source of configuration and says everything that is wrong with it. Changes nothing.</summary>
internal static class ShadowingOptionsValidator
{
    /// <summary>Reads and checks.</summary>
    /// <param name="section">The section; null stands for an empty one.</param>
    /// <param name="errors">Where errors are added; the options are to be used only where there are none.</param>
    public static ShadowingOptions Read(IConfiguration? section, ICollection<ConfigurationError> errors)
    {
        if (section is null)
            return new ShadowingOptions();
        var prefix = section is IConfigurationSection { Path: var path } ? $"{path}:" : "";
        var keyFile = $"{prefix}{nameof(ShadowingOptions.SignatureKeyFile)}";
        var options = OptionsReader.Read<ShadowingOptions>(section, errors);
        AdminRules.Check(options.Admin, $"{prefix}{nameof(ShadowingOptions.Admin)}", errors);
        if (options.SignatureKey is not null && options.SignatureKeyFile is not null)
            errors.Add(new(keyFile, options.SignatureKeyFile, "stands beside SignatureKey; one of them must go"));
        if (options.SignatureKeyFile is { } file && Secret.ProblemOf(file) is { } problem)
            errors.Add(new(keyFile, file, problem));
        return options;
    }
}
