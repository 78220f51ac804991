using Microsoft.Extensions.Time.Testing;
using ShadowProxy.Forwarding.Hedging;
using ShadowProxy.Nodes;

namespace ShadowProxy.Tests.Forwarding.Hedging;

public sealed class OverdueQueueTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly OverdueQueue _queue;

    public OverdueQueueTests() => _queue = new OverdueQueue(_time);

    public void Dispose() => _queue.Dispose();

    [Fact]
    public void Enter_NotAnsweredInTime_IsToldOnce()
    {
        var attempt = Enter(afterMs: 50);

        Pass(49);
        Assert.Equal(0, attempt.Told);
        Pass(1);
        Assert.Equal(1, attempt.Told);
        Pass(1000);
        Assert.Equal(1, attempt.Told);
    }

    [Fact]
    public void Enter_AnsweredInTime_IsNotTold()
    {
        var answered = Enter(afterMs: 50);
        var late = Enter(afterMs: 50);
        answered.IsOver = true;

        Pass(50);

        Assert.Equal((0, 1), (answered.Told, late.Told));
    }

    [Fact]
    public void Enter_OneAfterAnother_EachIsToldAtItsOwnTime()
    {
        var attempts = new List<Attempt>();
        for (var i = 0; i < 10; i++)
        {
            attempts.Add(Enter(afterMs: 50));
            Pass(10);
            Assert.Equal(Math.Max(0, i - 3), attempts.Sum(attempt => attempt.Told));
        }

        Pass(50);
        Assert.All(attempts, attempt => Assert.Equal(1, attempt.Told));
    }

    [Fact]
    public void Enter_AfterAllWereTold_TheNextIsToo()
    {
        Enter(afterMs: 10);
        Pass(10);
        var next = Enter(afterMs: 10);

        Pass(10);

        Assert.Equal(1, next.Told);
    }

    [Fact]
    public async Task Enter_First_NothingOfItsContextGoesAlong()
    {
        var context = new AsyncLocal<string> { Value = "the first request's" };
        using var queue = new OverdueQueue(TimeProvider.System);
        var seen = new TaskCompletionSource<string?>();
        queue.Enter(new Attempt { Tell = () => seen.SetResult(context.Value) }, TimeProvider.System.GetTimestamp(), 1);

        Assert.Null(await seen.Task.WaitAsync(TimeSpan.FromSeconds(30)));
    }

    private Attempt Enter(double afterMs)
    {
        var attempt = new Attempt();
        _queue.Enter(attempt, _time.GetTimestamp(), afterMs);
        return attempt;
    }

    private void Pass(int milliseconds) => _time.Advance(TimeSpan.FromMilliseconds(milliseconds));

    private sealed class Attempt : IWaitingAttempt
    {
        public int Told { get; private set; }

        public bool IsOver { get; set; }

        public Action? Tell { get; init; }

        public void OnOverdue()
        {
            Told++;
            Tell?.Invoke();
        }

        public bool LeavesWithItsFlow => false;

        public void OnNodeLost()
        {
        }
    }
}
