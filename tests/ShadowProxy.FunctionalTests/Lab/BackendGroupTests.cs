using ShadowProxy.FunctionalTests.Infrastructure;
using ShadowProxy.Lab.Backends;
using ShadowProxy.Lab.Load;

namespace ShadowProxy.FunctionalTests.Lab;

public sealed class BackendGroupTests
{
    [Fact]
    public async Task StartScenario_Restart_ComesBackOnTheSamePortWithAllItsWorkCounted()
    {
        var stop = TestContext.Current.CancellationToken;
        await using var backends = await BackendGroup.StartAsync(1, withAgents: false, TimeProvider.System, stop);
        using var client = new HttpClient { BaseAddress = backends.Addresses[0].Address };
        await PostAsync(client, "before", stop);

        await backends.StartScenarioAsync("restart", new LoadOptions { Duration = TimeSpan.FromSeconds(2) });
        await Patience.EventuallyAsync(async giveUp => !await AnswersAsync(client, giveUp));
        await Patience.EventuallyAsync(giveUp => AnswersAsync(client, giveUp));
        await PostAsync(client, "after", stop);
        await backends.DisposeAsync();

        Assert.Equal(["before", "after"], backends.ExecutedWork);
    }

    private static async Task PostAsync(HttpClient client, string id, CancellationToken stop)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/") { Content = new StringContent("{}"), Headers = { { "X-Request-Id", id } } };
        using var response = await client.SendAsync(request, stop);
    }

    private static async Task<bool> AnswersAsync(HttpClient client, CancellationToken stop)
    {
        try
        {
            using var response = await client.GetAsync(new Uri("/health", UriKind.Relative), stop);
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
