using System.Net;
using ShadowProxy.Configuration;
using ShadowProxy.Edge.Configuration;

namespace ShadowProxy.Edge.Commands;

/// <summary>
/// <c>shadowproxy --healthcheck</c>: asks the proxy of the same configuration whether it is ready, for containers that have no shell.
/// </summary>
internal static class HealthcheckCommand
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);

    /// <summary>Asks once.</summary>
    /// <returns>0 where it is ready, else 1.</returns>
    public static async Task<int> CheckAsync(string config, TextWriter output)
    {
        var report = await ConfigurationChecker.CheckAsync(config);
        var errors = new List<ConfigurationError>();
        var admin = ShadowingOptionsValidator.Read(report.Merged.GetSection(EdgeConfiguration.Shadowing), errors).Admin;
        // Other errors are no business of this call: the proxy may well live on the last good configuration.
        if (errors.Find(error => error.Path.StartsWith("Shadowing:Admin:", StringComparison.OrdinalIgnoreCase)) is { } problem)
        {
            await output.WriteLineAsync(problem.ToString());
            return 1;
        }
        var listener = string.IsNullOrEmpty(admin.MetricsUrl) ? admin.Url : admin.MetricsUrl;
        if (listener.Length == 0)
        {
            await output.WriteLineAsync("Shadowing:Admin:Url is empty: there is nothing to ask");
            return 1;
        }
        var url = ReadyUrl(BindingAddress.Parse(listener));
        try
        {
            // Of this machine, and nothing is told to it: whose name its certificate has does not matter.
            using var handler = new HttpClientHandler { ServerCertificateCustomValidationCallback = HttpClientHandler.DangerousAcceptAnyServerCertificateValidator };
            using var client = new HttpClient(handler) { Timeout = Timeout };
            using var response = await client.GetAsync(url);
            await output.WriteLineAsync($"{url} {(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}");
            return response.IsSuccessStatusCode ? 0 : 1;
        }
        catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException)
        {
            await output.WriteLineAsync($"{url} {exception.Message}");
            return 1;
        }
    }

    /// <summary>Who listens on all addresses, or on a name, listens on loopback too.</summary>
    private static Uri ReadyUrl(BindingAddress listener)
    {
        var isOne = IPAddress.TryParse(listener.Host, out var address) && !address.Equals(IPAddress.Any) && !address.Equals(IPAddress.IPv6Any);
        var host = isOne ? listener.Host : "localhost";
        return new Uri($"{listener.Scheme}://{host}:{listener.Port}/health/ready");
    }
}
