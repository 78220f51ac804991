using System.Globalization;
using System.Net;
using ShadowProxy.Lab.Backends;

namespace ShadowProxy.Lab.Load;

/// <summary>
/// An open-loop load: each request is sent at its intended time, whether or not earlier ones are answered, and its latency counts
/// from that time, so that a stalled server cannot hide its stall (G. Tene, "How NOT to Measure Latency"). HTTP/1.1, no retries, no
/// redirects. A session keeps the cookies that it is given; requests that are due before its first answer go without. POSTs carry a unique
/// <c>X-Request-Id</c>. Thread-safe for reading while it runs; it runs once.
/// </summary>
public sealed class OpenLoopLoad : IDisposable
{
    private readonly Uri _baseAddress;
    private readonly LoadOptions _options;
    private readonly TimeProvider _time;
    private readonly IReadOnlyList<LoadArrival> _schedule;
    private readonly LoadSession[] _sessions;
    private readonly LoadRecorder _recorder = new();
    private readonly Action<LoadRecord>? _observe;
    private readonly HttpMessageInvoker _http = new(new SocketsHttpHandler
    {
        UseCookies = false,
        UseProxy = false,
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        ActivityHeadersPropagator = null,
    });
    private long? _started;

    /// <summary>Draws the schedule; nothing is sent yet.</summary>
    /// <param name="baseAddress">The server, such as <c>http://127.0.0.1:8080</c>.</param>
    /// <param name="options">What the load is made of.</param>
    /// <param name="time">The clock.</param>
    /// <param name="observe">Told what became of each request that was answered or failed; called by many threads at once.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public OpenLoopLoad(Uri baseAddress, LoadOptions options, TimeProvider time, Action<LoadRecord>? observe = null)
    {
        ArgumentNullException.ThrowIfNull(baseAddress);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        _baseAddress = baseAddress;
        _options = options;
        _time = time;
        _observe = observe;
        _schedule = LoadSchedule.Create(options);
        _sessions = [.. Enumerable.Range(0, options.Sessions).Select(_ => new LoadSession())];
    }

    /// <summary>How the load stands now.</summary>
    public LoadStatus Status => _recorder.Read(Elapsed);

    private TimeSpan Elapsed => _started is { } started ? _time.GetElapsedTime(started) : TimeSpan.Zero;

    /// <summary>Sends all requests and waits for their answers; lasts <see cref="LoadOptions.Duration"/>, and at most the time-out longer.</summary>
    /// <param name="stop">Ends the run early: nothing more is sent, requests in flight are given up and count for nothing. No exception.</param>
    public async Task RunAsync(CancellationToken stop)
    {
        _started = _time.GetTimestamp();
        var sends = new List<Task>(_schedule.Count);
        try
        {
            foreach (var arrival in _schedule)
            {
                await WaitUntilAsync(arrival.At, stop);
                sends.Add(SendAsync(arrival, sends.Count, stop));
            }
            await WaitUntilAsync(_options.Duration, stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Stopping early is an ordinary end.
        }
        await Task.WhenAll(sends);
    }

    /// <summary>Closes all connections.</summary>
    public void Dispose() => _http.Dispose();

    private async Task WaitUntilAsync(TimeSpan at, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        // Timers tick in whole milliseconds: rounded up, so that nothing is sent early and nobody spins.
        while (at - Elapsed is { Ticks: > 0 } rest)
            await Task.Delay(TimeSpan.FromMilliseconds(Math.Ceiling(rest.TotalMilliseconds)), _time, stop);
    }

    private async Task SendAsync(LoadArrival arrival, int number, CancellationToken stop)
    {
        var session = _sessions[arrival.Session];
        var cookie = session.CookieHeader;
        using var request = Compose(arrival, number, cookie);
        using var timeout = new CancellationTokenSource(_options.Timeout, _time);
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(stop, timeout.Token);
        var lateness = Elapsed - arrival.At;
        _recorder.Sent(lateness);
        try
        {
            using var response = await _http.SendAsync(request, cancellation.Token);
            await response.Content.CopyToAsync(Stream.Null, cancellation.Token);
            var latency = Elapsed - arrival.At;
            if ((int)response.StatusCode >= 500)
                End(((int)response.StatusCode).ToString(CultureInfo.InvariantCulture), latency);
            else
                End(null, latency, session.Learn(response, cookie));
        }
        catch (Exception) when (stop.IsCancellationRequested)
        {
            _recorder.Abandoned();
        }
        catch (OperationCanceledException)
        {
            End("timeout", Elapsed - arrival.At);
        }
        catch (HttpRequestException exception)
        {
            End(exception.HttpRequestError.ToString(), Elapsed - arrival.At);
        }
        catch (IOException)
        {
            End("broken response", Elapsed - arrival.At);
        }

        void End(string? failure, TimeSpan latency, SessionAnswer answer = default)
        {
            var record = new LoadRecord(arrival.At, lateness, latency, arrival.IsPost, failure, answer.Backend, answer.Left, answer.IsStray);
            _recorder.Ended(record);
            _observe?.Invoke(record);
        }
    }

    private HttpRequestMessage Compose(LoadArrival arrival, int number, string? cookie)
    {
        var request = new HttpRequestMessage(arrival.IsPost ? HttpMethod.Post : HttpMethod.Get, new Uri(_baseAddress, arrival.Path));
        if (cookie is not null)
            request.Headers.TryAddWithoutValidation("Cookie", cookie);
        if (arrival.IsPost)
        {
            request.Headers.TryAddWithoutValidation(BackendProtocol.RequestIdHeader, $"{_options.Seed}-{number}");
            request.Content = new ByteArrayContent(new byte[arrival.BodySize]);
        }
        return request;
    }
}
