using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using ShadowProxy.Edge.Admin;
using ShadowProxy.Telemetry;

namespace ShadowProxy.Edge.Top;

/// <summary>Asks a running proxy's admin API.</summary>
/// <param name="url">The operators' listener.</param>
/// <param name="key">The key; null where none is asked for.</param>
/// <param name="time">The clock.</param>
internal sealed class TopClient(Uri url, string? key, TimeProvider time) : IDisposable
{
    private static readonly JsonSerializerOptions Json = Options();

    private readonly HttpClient _http = new()
    {
        BaseAddress = url,
        Timeout = TimeSpan.FromSeconds(5),
        DefaultRequestHeaders = { Authorization = key is null ? null : new AuthenticationHeaderValue("Bearer", key) },
    };

    /// <summary>How the proxy stands now.</summary>
    /// <exception cref="TopException">It is not reachable, refuses the key, or answers what is not understood.</exception>
    public async Task<TopSnapshot> ReadAsync(CancellationToken stop)
    {
        try
        {
            var status = GetAsync<AdminStatus>("status", stop);
            var nodes = GetAsync<List<NodeStatus>>("nodes", stop);
            var evacuations = GetAsync<List<EvacuationStatus>>("evacuations", stop);
            var events = GetAsync<List<ShadowingEvent>>("events", stop);
            await Task.WhenAll(status, nodes, evacuations, events);
            return new TopSnapshot(url, time.GetUtcNow(), await status, await nodes, await evacuations, await events);
        }
        catch (HttpRequestException exception) when (exception.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden)
        {
            throw new TopException(key is null
                ? $"{url} asks for a key: give it by --key-file or {TopOptions.KeyVariable}"
                : $"{url} refuses the key", isFinal: true);
        }
        catch (HttpRequestException exception)
        {
            throw new TopException(exception.StatusCode is { } code
                ? $"{url} answers {(int)code}: is this the operators' listener (Shadowing:Admin:Url)?"
                : $"{url} is not reachable: {exception.InnerException?.Message ?? exception.Message}", isFinal: false);
        }
        catch (JsonException exception)
        {
            throw new TopException($"{url} answers what is not understood, perhaps by another version of the proxy: {exception.Message}", isFinal: true);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            throw new TopException($"{url} did not answer within {_http.Timeout.TotalSeconds:0} s", isFinal: false);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private async Task<T> GetAsync<T>(string path, CancellationToken stop) =>
        await _http.GetFromJsonAsync<T>($"/admin/{path}", Json, stop) ?? throw new JsonException($"{path} is null");

    private static JsonSerializerOptions Options()
    {
        var options = new JsonSerializerOptions();
        AdminJson.Configure(options);
        return options;
    }
}

/// <summary>The proxy could not be asked.</summary>
/// <param name="message">Why, as a sentence.</param>
/// <param name="isFinal">True where trying again would not help.</param>
internal sealed class TopException(string message, bool isFinal) : Exception(message)
{
    /// <summary>True where trying again would not help.</summary>
    public bool IsFinal { get; } = isFinal;
}
