using System.Net;
using Microsoft.AspNetCore.Http;

namespace ShadowProxy.Configuration;

/// <summary>Where the operators' listener may stand.</summary>
internal static class AdminRules
{
    /// <summary>Adds what is wrong with the options.</summary>
    /// <param name="options">The options.</param>
    /// <param name="path">Their configuration path.</param>
    /// <param name="errors">Where to add.</param>
    public static void Check(AdminOptions options, string path, ICollection<ConfigurationError> errors)
    {
        if (options.Key is not null && options.KeyFile is not null)
            errors.Add(new($"{path}:KeyFile", options.KeyFile, "stands beside Key; one of them must go"));
        if (options.KeyFile is { } file && Secret.ProblemOf(file) is { } problem)
            errors.Add(new($"{path}:KeyFile", file, problem));
        if (options.Url.Length > 0 && CheckUrl($"{path}:Url", options.Url, errors) is { } url
            && !IsLoopback(url) && options.Key is null && options.KeyFile is null)
            errors.Add(new($"{path}:Url", options.Url,
                $"listening on {url.Host}:{url.Port} needs Admin:Key (or Admin:KeyFile), or a loopback address such as http://127.0.0.1:9901"));
        if (options.MetricsUrl is { Length: > 0 } metrics)
            CheckUrl($"{path}:MetricsUrl", metrics, errors);
    }

    /// <summary>Whether the address is this machine's alone. Any other name than localhost would listen on all addresses.</summary>
    public static bool IsLoopback(BindingAddress url) =>
        url.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(url.Host, out var address) && IPAddress.IsLoopback(address));

    private static BindingAddress? CheckUrl(string path, string text, ICollection<ConfigurationError> errors)
    {
        try
        {
            var url = BindingAddress.Parse(text);
            if (url.Scheme.Equals("http", StringComparison.OrdinalIgnoreCase) && url.PathBase.Length == 0 && !url.IsUnixPipe && !url.IsNamedPipe)
                return url;
        }
        catch (FormatException exception)
        {
            errors.Add(new(path, text, $"is not a URL ({exception.Message}); it must look like http://127.0.0.1:9901"));
            return null;
        }
        errors.Add(new(path, text, "must be an http URL of an address and a port alone, such as http://127.0.0.1:9901"));
        return null;
    }
}
