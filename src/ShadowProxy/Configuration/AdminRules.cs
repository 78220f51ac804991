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
        CheckKey(path, nameof(options.Key), options.Key, options.KeyFile, errors);
        CheckKey(path, nameof(options.ReadKey), options.ReadKey, options.ReadKeyFile, errors);
        AdminCertificates.Check(options, path, errors);
        var isOpen = options.Key is null && options.KeyFile is null && options.ClientCaFile is null;
        if (isOpen && (options.ReadKey ?? options.ReadKeyFile) is not null)
            errors.Add(new($"{path}:Key", null, "is missing: without it everybody may operate, whoever has a ReadKey"));
        if (options.Url.Length > 0 && CheckUrl($"{path}:Url", options.Url, options.CertificateFile is not null, errors) is { } url && !IsLoopback(url) && isOpen)
            errors.Add(new($"{path}:Url", options.Url,
                $"listening on {url.Host}:{url.Port} needs Admin:Key (or Admin:KeyFile, or Admin:ClientCaFile), or a loopback address such as http://127.0.0.1:9901"));
        if (options.MetricsUrl is { Length: > 0 } metrics)
            CheckUrl($"{path}:MetricsUrl", metrics, hasCertificate: false, errors);
    }

    /// <summary>Whether the address is this machine's alone. Any other name than localhost would listen on all addresses.</summary>
    public static bool IsLoopback(BindingAddress url) =>
        url.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(url.Host, out var address) && IPAddress.IsLoopback(address));

    private static void CheckKey(string path, string name, string? key, string? file, ICollection<ConfigurationError> errors)
    {
        if (key is not null && file is not null)
            errors.Add(new($"{path}:{name}File", file, $"stands beside {name}; one of them must go"));
        if (file is not null && Secret.ProblemOf(file) is { } problem)
            errors.Add(new($"{path}:{name}File", file, problem));
    }

    private static BindingAddress? CheckUrl(string path, string text, bool hasCertificate, ICollection<ConfigurationError> errors)
    {
        try
        {
            var url = BindingAddress.Parse(text);
            var scheme = hasCertificate ? Uri.UriSchemeHttps : Uri.UriSchemeHttp;
            if (url.Scheme.Equals(scheme, StringComparison.OrdinalIgnoreCase) && url.PathBase.Length == 0 && !url.IsUnixPipe && !url.IsNamedPipe)
                return url;
        }
        catch (FormatException exception)
        {
            errors.Add(new(path, text, $"is not a URL ({exception.Message}); it must look like http://127.0.0.1:9901"));
            return null;
        }
        errors.Add(new(path, text, hasCertificate
            ? "must be an https URL of an address and a port alone, such as https://127.0.0.1:9901, since there is a CertificateFile"
            : "must be an http URL of an address and a port alone, such as http://127.0.0.1:9901 (https for Admin:Url, with a CertificateFile)"));
        return null;
    }
}
