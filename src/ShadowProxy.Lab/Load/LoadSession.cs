namespace ShadowProxy.Lab.Load;

/// <summary>A client: its session cookie, and the backend that it last saw. Thread-safe; its requests may overlap.</summary>
internal sealed class LoadSession
{
    private const string CookieName = "sid=";
    private const string BackendHeader = "X-Backend";

    private readonly Lock _gate = new();
    private string? _cookie;
    private string? _backend;

    /// <summary>The <c>Cookie</c> header to send; null until a response has set the cookie.</summary>
    public string? Cookie
    {
        get
        {
            lock (_gate)
                return _cookie;
        }
    }

    /// <summary>Takes the cookie and the backend's name from a response.</summary>
    /// <param name="response">The response.</param>
    /// <param name="sentCookie">The cookie that its request carried.</param>
    /// <returns>True where the session, known by its cookie, was answered by another backend than before.</returns>
    public bool Learn(HttpResponseMessage response, string? sentCookie)
    {
        var cookie = SetCookie(response);
        var backend = response.Headers.TryGetValues(BackendHeader, out var names) ? names.First() : null;
        lock (_gate)
        {
            _cookie = cookie ?? _cookie;
            if (backend is null || (sentCookie is not null && sentCookie != _cookie))
                return false;
            var moved = sentCookie is not null && _backend is not null && _backend != backend;
            _backend = backend;
            return moved;
        }
    }

    private static string? SetCookie(HttpResponseMessage response)
    {
        if (!response.Headers.TryGetValues("Set-Cookie", out var cookies))
            return null;
        var cookie = cookies.LastOrDefault(c => c.StartsWith(CookieName, StringComparison.Ordinal));
        return cookie?.Split(';', 2)[0].TrimEnd();
    }
}
