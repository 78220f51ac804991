using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace ShadowProxy.FunctionalTests.Dashboard;

/// <summary>Looks for what keeps people from using the page, by axe-core's rules (WCAG and good practice).</summary>
internal static class Axe
{
    private static readonly string[] Serious = ["serious", "critical"];

    /// <summary>The serious and critical faults: rule, what it asks, and where.</summary>
    public static async Task<IReadOnlyList<string>> SeriousFaultsAsync(IPage page)
    {
        var result = await page.RunAxe();
        return
        [
            .. from fault in result.Violations
               where Serious.Contains(fault.Impact)
               from place in fault.Nodes
               select $"{fault.Id}: {fault.Help}: {place.Html}: {string.Join(' ', place.Any.Select(check => check.Message))}",
        ];
    }
}
