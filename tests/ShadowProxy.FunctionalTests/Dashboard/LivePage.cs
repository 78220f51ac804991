using Microsoft.Playwright;
using ShadowProxy.FunctionalTests.Infrastructure;

namespace ShadowProxy.FunctionalTests.Dashboard;

/// <summary>The live page in a window of the browser, with all that went wrong in it.</summary>
internal sealed class LivePage : IAsyncDisposable
{
    private const string ScreenshotsVariable = "SHADOWPROXY_SCREENSHOTS";

    private readonly IBrowserContext _context;
    private readonly List<string> _errors = [];
    private readonly List<string> _requests = [];

    private LivePage(IBrowserContext context, IPage page)
    {
        (_context, Page) = (context, page);
        page.Console += (_, message) => Note(message.Type == "error", _errors, message.Text);
        page.PageError += (_, error) => Note(true, _errors, error);
        page.Request += (_, request) => Note(true, _requests, request.Url);
    }

    public IPage Page { get; }

    /// <summary>What the browser complained about.</summary>
    public IReadOnlyList<string> Errors => Copy(_errors);

    /// <summary>The addresses that the page asked for.</summary>
    public IReadOnlyList<string> Requests => Copy(_requests);

    /// <summary>Opens the page, and waits until it is live.</summary>
    /// <param name="browser">The browser.</param>
    /// <param name="admin">The operators' listener.</param>
    /// <param name="width">The window's width, in CSS pixels.</param>
    /// <param name="dark">True where the system wants dark pages.</param>
    /// <param name="key">The key to sign in with; null where none is asked for.</param>
    public static async Task<LivePage> OpenAsync(IBrowser browser, Uri admin, int width = 1280, bool dark = false, string? key = null)
    {
        var context = await browser.NewContextAsync(new()
        {
            ViewportSize = new() { Width = width, Height = 900 },
            ColorScheme = dark ? ColorScheme.Dark : ColorScheme.Light,
        });
        Assertions.SetDefaultExpectTimeout((float)Patience.Limit.TotalMilliseconds);
        context.SetDefaultTimeout((float)Patience.Limit.TotalMilliseconds);
        var page = new LivePage(context, await context.NewPageAsync());
        await page.Page.GotoAsync(new Uri(admin, "/").AbsoluteUri);
        if (key is not null)
        {
            await page.At("key").FillAsync(key);
            await page.At("sign-in").ClickAsync();
        }
        await page.At("page").ShowsAsync();
        return page;
    }

    /// <summary>The parts of the page with a hook.</summary>
    public ILocator At(string hook) => Page.GetByTestId(hook);

    /// <summary>The card of a node.</summary>
    public ILocator Node(string node) => Page.Locator($"[data-testid=node][data-node='{node}']");

    /// <summary>An entry of the time line with these words.</summary>
    public ILocator Entry(string words) => At("entry").Filter(new() { HasText = words }).First;

    /// <summary>What makes the page scroll sideways; empty where nothing does.</summary>
    public Task<string[]> TooWideAsync() => Page.EvaluateAsync<string[]>("""
        () => document.documentElement.scrollWidth <= document.documentElement.clientWidth ? [] : [...document.querySelectorAll('body *')]
          .filter(part => part.getBoundingClientRect().right > document.documentElement.clientWidth && !part.closest('.scroll *'))
          .map(part => part.outerHTML.slice(0, 120))
        """);

    /// <summary>Presses the button that does it, after the one that asks.</summary>
    public async Task ConfirmAsync(ILocator button, string? choice = null)
    {
        await button.ClickAsync();
        if (choice is not null)
            await At("confirm-choice").SelectOptionAsync(choice);
        await At("confirm").ClickAsync();
        await Assertions.Expect(At("confirm-dialog")).ToBeHiddenAsync();
    }

    /// <summary>Writes what it looks like, for a person: into the directory that SHADOWPROXY_SCREENSHOTS names, else beside the tests.</summary>
    public async Task ShootAsync(string name, bool whole = false)
    {
        await Page.EvaluateAsync("scrollTo(0, 0)");
        var folder = Environment.GetEnvironmentVariable(ScreenshotsVariable) ?? Path.Combine(AppContext.BaseDirectory, "screenshots");
        await Page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"{name}.png"), FullPage = whole });
    }

    public async ValueTask DisposeAsync() => await _context.CloseAsync();

    private static void Note(bool counts, List<string> notes, string note)
    {
        if (!counts)
            return;
        lock (notes)
            notes.Add(note);
    }

    private static string[] Copy(List<string> notes)
    {
        lock (notes)
            return [.. notes];
    }
}

/// <summary>What is awaited of parts of the page.</summary>
internal static class LocatorExtensions
{
    /// <summary>Waits until it is seen.</summary>
    public static Task ShowsAsync(this ILocator part) => Assertions.Expect(part).ToBeVisibleAsync();

    /// <summary>Waits until it has these words.</summary>
    public static Task ShowsAsync(this ILocator part, string words) => Assertions.Expect(part).ToContainTextAsync(words);
}
