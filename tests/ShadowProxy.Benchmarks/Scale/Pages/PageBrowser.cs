using System.Globalization;
using ShadowProxy.Benchmarks.Processes;
using ShadowProxy.Lab.Backends;

namespace ShadowProxy.Benchmarks.Scale.Pages;

/// <summary>A headless Chromium that opens pages in tabs, by the HTTP side of its DevTools protocol.</summary>
internal sealed class PageBrowser : IAsyncDisposable
{
    private readonly GuardedProcess _process;
    private readonly HttpClient _http;
    private readonly string _profile;

    private PageBrowser(GuardedProcess process, HttpClient http, string profile) => (_process, _http, _profile) = (process, http, profile);

    /// <summary>Starts it, and returns once it can be told what to open.</summary>
    /// <param name="program">Where it is.</param>
    /// <param name="cancellation">Gives up.</param>
    public static async Task<PageBrowser> StartAsync(string program, CancellationToken cancellation)
    {
        var port = FreePorts.Next();
        var profile = Directory.CreateTempSubdirectory("shadowproxy-pages-").FullName;
        var process = GuardedProcess.Start(
        [
            program, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-background-timer-throttling", "--disable-renderer-backgrounding",
            string.Create(CultureInfo.InvariantCulture, $"--remote-debugging-port={port}"), $"--user-data-dir={profile}", "about:blank",
        ], profile, Path.Combine(profile, "log"));
        var browser = new PageBrowser(process, new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") }, profile);
        await Answers.WaitAsync(browser._http, "/json/version", _ => true, cancellation);
        return browser;
    }

    /// <summary>Opens a page in a tab of its own.</summary>
    public async Task OpenAsync(Uri page, CancellationToken cancellation)
    {
        using var response = await _http.PutAsync($"/json/new?{page.AbsoluteUri}", null, cancellation);
        response.EnsureSuccessStatusCode();
    }

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _http.Dispose();
        Directory.Delete(_profile, recursive: true);
    }
}
