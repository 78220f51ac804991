using System.Diagnostics;
using System.Net;
using ShadowProxy.FunctionalTests.Infrastructure;

namespace ShadowProxy.FunctionalTests.Sources;

/// <summary>Prometheus' real node_exporter, on a port of loopback.</summary>
internal sealed class NodeExporter : IAsyncDisposable
{
    private readonly Process _process;

    private NodeExporter(Process process, int port) => (_process, Port) = (process, port);

    /// <summary>Where it is installed; null where it is not.</summary>
    public static string? Program { get; } =
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Append("/usr/bin").Append("/usr/local/bin")
        .SelectMany(folder => new[] { Path.Combine(folder, "prometheus-node-exporter"), Path.Combine(folder, "node_exporter") })
        .FirstOrDefault(File.Exists);

    public int Port { get; }

    /// <summary>Starts it with all of its own collectors, and returns once it answers.</summary>
    public static async Task<NodeExporter> StartAsync()
    {
        var port = FreePort.Find();
        var process = Process.Start(new ProcessStartInfo(Program!, [$"--web.listen-address=127.0.0.1:{port}"]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        using var client = new HttpClient();
        await Patience.EventuallyAsync(async cancellation =>
        {
            try
            {
                using var response = await client.GetAsync($"http://127.0.0.1:{port}/", cancellation);
                return response.StatusCode == HttpStatusCode.OK;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        });
        return new NodeExporter(process, port);
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
