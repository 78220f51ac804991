using ShadowProxy.Lab.Backends;

namespace ShadowProxy.Lab.Load;

/// <summary>A client: its cookies, and the backend that it last saw. Thread-safe; its requests may overlap.</summary>
internal sealed class LoadSession
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, string> _cookies = new(StringComparer.Ordinal);
    private string? _cookieHeader;
    private string? _backend;
    private string? _last;

    /// <summary>The <c>Cookie</c> header to send; null until a response has set a cookie.</summary>
    public string? CookieHeader
    {
        get
        {
            lock (_gate)
                return _cookieHeader;
        }
    }

    /// <summary>Takes the cookies and the backend's name from a response.</summary>
    /// <param name="response">The response.</param>
    /// <param name="sentCookies">The <see cref="CookieHeader"/> that its request carried.</param>
    /// <returns>
    /// The backend that answered, and the one that the session, known by its cookies, has left for it: at the second answer in a row, for a single
    /// one may be that of a retry.
    /// </returns>
    public SessionAnswer Learn(HttpResponseMessage response, string? sentCookies)
    {
        var backend = response.Headers.TryGetValues(BackendProtocol.BackendHeader, out var names) ? names.First() : null;
        lock (_gate)
        {
            // Requests that overlap the one that brought the cookies belong to nobody yet; one that brings others makes the session its own.
            var before = _cookieHeader;
            var known = before is null || sentCookies == before;
            KeepCookies(response);
            if (!known && _cookieHeader != before)
                _backend = _last = backend;
            if (backend is null || !known)
                return new SessionAnswer(backend, Left: null, IsStray: false);
            var isElsewhere = sentCookies is not null && _backend is not null && _backend != backend;
            var left = isElsewhere && _last == backend ? _backend : null;
            _last = backend;
            if (!isElsewhere || left is not null)
                _backend = backend;
            return new SessionAnswer(backend, left, isElsewhere && left is null);
        }
    }

    private void KeepCookies(HttpResponseMessage response)
    {
        if (!response.Headers.TryGetValues("Set-Cookie", out var cookies))
            return;
        foreach (var cookie in cookies)
        {
            var pair = cookie.Split(';', 2)[0];
            if (pair.IndexOf('=', StringComparison.Ordinal) is > 0 and var end)
                _cookies[pair[..end].Trim()] = pair[(end + 1)..].Trim();
        }
        _cookieHeader = string.Join("; ", _cookies.Select(cookie => $"{cookie.Key}={cookie.Value}"));
    }
}

/// <summary>Who answered a session.</summary>
/// <param name="Backend">The backend; null where it did not say its name.</param>
/// <param name="Left">The backend that the session has left; else null.</param>
/// <param name="IsStray">True where another backend than the session's answered, which has not left its own.</param>
internal readonly record struct SessionAnswer(string? Backend, string? Left, bool IsStray);
