using System.Text.Json.Nodes;
using Microsoft.Playwright;
using ShadowProxy.FunctionalTests.Infrastructure;

namespace ShadowProxy.FunctionalTests.Dashboard;

/// <summary>What an operator does on the page, as the admin API sees it.</summary>
[Collection(ChromiumGroup.Name)]
public sealed class ActionTests(Chromium chromium)
{
    private const string Session = "a-secret-of-the-session";

    [Fact]
    public async Task Node_EvacuatedMutedSentHomeAndRestored_AsTheApiSees()
    {
        var browser = chromium.Browser;
        await using var rig = await ProxyRig.StartAsync(nodes: 2);
        await using var page = await LivePage.OpenAsync(browser, rig.Admin);
        var node = page.Node("backend-1");

        await node.GetByTestId("evacuate").ClickAsync();
        await page.At("cancel").ClickAsync();
        Assert.Equal("healthy", await StateAsync(rig));

        await page.ConfirmAsync(node.GetByTestId("evacuate"));
        await Patience.EventuallyAsync(async _ => await StateAsync(rig) is "evacuating" or "evacuated");
        await page.Entry("backend-1: Healthy → Evacuating").ShowsAsync();

        await page.ConfirmAsync(node.GetByTestId("restore"));
        await Patience.EventuallyAsync(async _ => await StateAsync(rig) == "healthy");

        await node.GetByTestId("details").ClickAsync();
        await page.ConfirmAsync(node.GetByTestId("mute"), "1 hour");
        await node.GetByTestId("muted").ShowsAsync();
        Assert.InRange((double)(await rig.NodeAsync("backend-1"))["forecastsMutedSeconds"]!, 3000, 3600);
        await page.ConfirmAsync(node.GetByTestId("unmute"));
        await node.GetByTestId("mute").ShowsAsync();
        await page.ConfirmAsync(node.GetByTestId("failback"));

        var acts = (await rig.ReadAsync("/admin/events")).AsArray().Where(one => (string?)one!["name"] == "shadowproxy.operator").ToList();
        Assert.Equal(5, acts.Count);
        Assert.Empty(page.Errors);
    }

    [Fact]
    public async Task Flow_FoundByItsCookie_IsShownPinnedAndMovedAndNeverInAnAddress()
    {
        var browser = chromium.Browser;
        await using var rig = await ProxyRig.StartAsync(nodes: 3);
        await rig.AskAsync(Session);
        await using var page = await LivePage.OpenAsync(browser, rig.Admin);

        await page.At("flow-by").SelectOptionAsync("cookie");
        await page.At("flow-value").FillAsync(Session);
        await page.At("flow-find").ClickAsync();
        await page.At("flow-shadows").ShowsAsync();
        await Assertions.Expect(page.At("flow-value")).ToHaveValueAsync("");
        var signature = await page.At("flow").GetAttributeAsync("data-signature");
        var primary = await page.At("flow-primary").TextContentAsync();
        Assert.Equal(primary, (string?)(await FlowAsync(rig, signature))["primary"]);

        await page.At("move").ClickAsync();
        var target = await page.At("confirm-choice").InputValueAsync();
        Assert.NotEqual(primary, target);
        await page.At("confirm").ClickAsync();
        await page.At("flow-primary").ShowsAsync(target);
        await page.At("flow-history").ShowsAsync();
        Assert.Equal(target, (string?)(await FlowAsync(rig, signature))["primary"]);

        await page.ConfirmAsync(page.At("pin"), primary);
        await page.At("flow-marks").ShowsAsync("pinned");
        Assert.True((bool)(await FlowAsync(rig, signature))["pinned"]!);

        await page.At("flow-by").SelectOptionAsync("signature");
        await page.At("flow-value").FillAsync(new string('0', 32));
        await page.At("flow-find").ClickAsync();
        await page.At("flow-problem").ShowsAsync();
        Assert.DoesNotContain(page.Requests, url => url.Contains(Session, StringComparison.Ordinal));
        Assert.DoesNotContain(Session, await page.Page.ContentAsync(), StringComparison.Ordinal);
        Assert.Empty(page.Errors);
    }

    private static async Task<string?> StateAsync(ProxyRig rig) => (string?)(await rig.NodeAsync("backend-1"))["state"];

    private static Task<JsonNode> FlowAsync(ProxyRig rig, string? signature) => rig.ReadAsync($"/admin/flows/{signature}");
}
