using Microsoft.Playwright;
using ShadowProxy.FunctionalTests.Infrastructure;

namespace ShadowProxy.FunctionalTests.Dashboard;

/// <summary>The page itself: who can use it, on what, and for how long.</summary>
[Collection(ChromiumGroup.Name)]
public sealed class PageTests(Chromium chromium)
{
    [Theory]
    [InlineData(1280, false)]
    [InlineData(1280, true)]
    [InlineData(390, false)]
    [InlineData(390, true)]
    public async Task Page_AnyWidthAndTheme_FitsAndHasNoSeriousFault(int width, bool dark)
    {
        var browser = chromium.Browser;
        await using var rig = await ProxyRig.StartAsync(nodes: 3);
        await rig.AskAsync("one");
        await using var page = await LivePage.OpenAsync(browser, rig.Admin, width, dark);
        await page.ConfirmAsync(page.Node("backend-2").GetByTestId("evacuate"));
        await page.Entry("backend-2: Evacuating → Evacuated").ShowsAsync();
        await page.Entry("backend-2: Evacuating → Evacuated").GetByRole(AriaRole.Button).ClickAsync();
        await page.Node("backend-1").GetByTestId("details").ClickAsync();
        await page.At("settings-toggle").ClickAsync();
        await page.At("setting").First.ShowsAsync();

        Assert.Empty(await Axe.SeriousFaultsAsync(page.Page));
        Assert.Empty(await page.TooWideAsync());
        await page.ShootAsync($"page-{width}-{(dark ? "dark" : "light")}", whole: true);

        await page.Node("backend-2").GetByTestId("restore").ClickAsync();
        await page.At("confirm-dialog").ShowsAsync();
        Assert.Empty(await Axe.SeriousFaultsAsync(page.Page));
        await page.ShootAsync($"dialog-{width}-{(dark ? "dark" : "light")}");
        Assert.Empty(page.Errors);
    }

    [Fact]
    public async Task Page_ByKeyboardAlone_AsksAndGivesTheFocusBack()
    {
        var browser = chromium.Browser;
        await using var rig = await ProxyRig.StartAsync(nodes: 2);
        await using var page = await LivePage.OpenAsync(browser, rig.Admin);
        var button = page.Node("backend-1").GetByTestId("evacuate");

        await button.FocusAsync();
        await page.Page.Keyboard.PressAsync("Enter");
        await page.At("confirm-dialog").ShowsAsync();
        // It is seen a moment before it listens.
        await Patience.EventuallyAsync(async _ =>
        {
            await page.Page.Keyboard.PressAsync("Escape");
            return await page.At("confirm-dialog").IsHiddenAsync();
        });
        await Assertions.Expect(button).ToBeFocusedAsync();
        await page.Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.At("confirm")).ToBeVisibleAsync();
        for (var i = 0; i < 5 && !await page.At("confirm").EvaluateAsync<bool>("button => button === document.activeElement"); i++)
            await page.Page.Keyboard.PressAsync("Tab");
        await page.Page.Keyboard.PressAsync("Enter");

        await page.Entry("backend-1: Healthy → Evacuating").ShowsAsync();
        Assert.Empty(page.Errors);
    }

    [Fact]
    public async Task Page_SignedInWithTheReadKey_ShowsAllAndOffersNothingToDo()
    {
        const string ReadKey = "the-key-of-those-who-look";
        var browser = chromium.Browser;
        await using var rig = await ProxyRig.StartAsync(nodes: 1, $""" "Key": "the-key-of-those-who-act", "ReadKey": "{ReadKey}" """);
        await using var page = await LivePage.OpenAsync(browser, rig.Admin, key: ReadKey);

        await page.At("read-only").ShowsAsync();
        await page.Node("backend-1").GetByTestId("details").ClickAsync();
        await page.At("node-details").ShowsAsync();
        foreach (var hook in (string[])["evacuate", "restore", "failback-cluster", "failback", "mute"])
            await Assertions.Expect(page.At(hook)).ToHaveCountAsync(0);
        await page.At("sign-out").ClickAsync();
        await page.At("key").ShowsAsync();
        Assert.Empty(page.Errors);
    }

    [Fact]
    public async Task Theme_Toggled_StaysChosen()
    {
        var browser = chromium.Browser;
        await using var rig = await ProxyRig.StartAsync(nodes: 1);
        await using var page = await LivePage.OpenAsync(browser, rig.Admin);
        var root = page.Page.Locator("html");

        await Assertions.Expect(root).ToHaveAttributeAsync("data-theme", "light");
        await page.At("theme").ClickAsync();
        await Assertions.Expect(root).ToHaveAttributeAsync("data-theme", "dark");
        await page.Page.ReloadAsync();
        await page.At("page").ShowsAsync();

        await Assertions.Expect(root).ToHaveAttributeAsync("data-theme", "dark");
        Assert.Empty(page.Errors);
    }

    [Fact]
    public async Task Proxy_Restarted_PageSaysSoAndComesBack()
    {
        var browser = chromium.Browser;
        await using var rig = await ProxyRig.StartAsync(nodes: 2);
        await using var page = await LivePage.OpenAsync(browser, rig.Admin);
        await page.ConfirmAsync(page.Node("backend-1").GetByTestId("evacuate"));
        await page.Entry("backend-1: Healthy → Evacuating").ShowsAsync();

        await rig.RestartAsync(() => page.At("reconnect").ShowsAsync());

        await page.At("total-healthy").ShowsAsync("2 of 2");
        await page.ConfirmAsync(page.Node("backend-2").GetByTestId("evacuate"));
        await Patience.EventuallyAsync(async _ => (string?)(await rig.NodeAsync("backend-2"))["state"] is "evacuating" or "evacuated");
    }
}
