using Microsoft.Playwright;

namespace ShadowProxy.FunctionalTests.Dashboard;

/// <summary>The system's Chromium, without a window, shared by the tests of the page. None is downloaded.</summary>
public sealed class Chromium : IAsyncLifetime
{
    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome"];

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    /// <summary>Where it is installed; null where it is not.</summary>
    public static string? Program { get; } =
        (from folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
         from name in Names
         select Path.Combine(folder, name)).FirstOrDefault(File.Exists);

    /// <summary>The browser. Skips the test where there is none.</summary>
    internal IBrowser Browser
    {
        get
        {
            Assert.SkipWhen(_browser is null, "chromium is not installed");
            return _browser;
        }
    }

    public async ValueTask InitializeAsync()
    {
        if (Program is null)
            return;
        _playwright = await Playwright.CreateAsync();
        // Chromium's own sandbox does not work for root, nor in most containers; it opens these tests' pages alone.
        _browser = await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = Program, Args = ["--no-sandbox"] });
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
            await _browser.CloseAsync();
        _playwright?.Dispose();
    }
}

/// <summary>The tests that share one browser.</summary>
[CollectionDefinition(Name)]
public sealed class ChromiumGroup : ICollectionFixture<Chromium>
{
    public const string Name = "chromium";
}
