using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace ShadowProxy.FunctionalTests.Dashboard;

/// <summary>What the page shows while a backend falls ill.</summary>
[Collection(ChromiumGroup.Name)]
public sealed partial class DegradationTests(Chromium chromium)
{
    [Fact]
    public async Task Page_BackendFallsIll_ShowsSuspectEvacuationAndMigrationsWithEvidence()
    {
        var browser = chromium.Browser;
        await using var rig = await ProxyRig.StartAsync(nodes: 4);
        await using var page = await LivePage.OpenAsync(browser, rig.Admin);
        await using var narrow = await LivePage.OpenAsync(browser, rig.Admin, width: 390, dark: true);
        await page.At("total-healthy").ShowsAsync("4 of 4");
        await page.At("no-events").ShowsAsync();

        await rig.FallIllAsync("degrade", TimeSpan.FromSeconds(60));
        await page.Entry("backend-1: Healthy → Suspect").ShowsAsync();
        await page.Entry("→ Evacuating").ShowsAsync();
        await page.Page.Locator("[data-testid=evacuation][data-node=backend-1]").ShowsAsync();
        await page.Node("backend-1").GetByTestId("taken").ShowsAsync("−");

        var moved = page.Page.Locator("[data-testid=entry][data-kind=migration]").Filter(new() { HasText = "left backend-1" }).First;
        await moved.GetByRole(AriaRole.Button).ClickAsync();
        await moved.GetByTestId("evidence").ShowsAsync();
        await Assertions.Expect(moved.GetByTestId("entry-details")).ToContainTextAsync(SignatureDigits());
        await Assertions.Expect(page.At("moved")).Not.ToHaveTextAsync("0");
        await page.ShootAsync("evacuation");
        await narrow.ShootAsync("evacuation-narrow-dark");

        await page.Node("backend-1").GetByTestId("details").ClickAsync();
        await page.Node("backend-1").GetByTestId("components").ShowsAsync("memory");
        await page.ShootAsync("details", whole: true);

        var change = page.Entry("→ Evacuating");
        await change.GetByRole(AriaRole.Button).ClickAsync();
        await change.GetByTestId("evidence").ShowsAsync();
        await change.GetByTestId("evidence").ShowsAsync("Threshold");
        Assert.Empty(page.Errors);
        Assert.Empty(narrow.Errors);
    }

    [GeneratedRegex("[0-9a-f]{32}")]
    private static partial Regex SignatureDigits();
}
