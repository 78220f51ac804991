using ShadowProxy.Nodes;

namespace ShadowProxy.Tests.Nodes;

public sealed class StrandedAttemptsTests
{
    private readonly StrandedAttempts _stranded = new();

    [Theory]
    [InlineData(true, false, false, true)]
    [InlineData(false, true, true, true)]
    [InlineData(false, true, false, false)]
    [InlineData(false, false, true, false)]
    public async Task Look_NodeLost_TellsThoseThatItIsLostTo(bool isDead, bool isAway, bool leaves, bool told)
    {
        var attempt = new Attempt { LeavesWithItsFlow = leaves };
        _stranded.Add(attempt);

        Assert.Equal(told ? 1 : 0, _stranded.Look(isDead, isAway));
        Assert.Equal(told ? 0 : 1, _stranded.Look(isDead: true, isAway: false));
        await attempt.Told.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public void Look_AttemptIsOver_LetsGoOfIt()
    {
        var attempt = new Attempt { IsOver = true };
        _stranded.Add(attempt);

        Assert.Equal(0, _stranded.Look(isDead: true, isAway: true));
    }

    private sealed class Attempt : IWaitingAttempt
    {
        private readonly TaskCompletionSource _told = new();

        public Task Told => _told.Task;

        public bool IsOver { get; init; }

        public bool LeavesWithItsFlow { get; init; }

        public void OnOverdue()
        {
        }

        public void OnNodeLost() => _told.SetResult();
    }
}
