using ShadowProxy.Tables;

namespace ShadowProxy.Tests.Tables;

public sealed class StripeLockTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private StripeLock _lock;
    private int _counted;

    [Fact]
    public async Task Enter_ManyThreads_OneIsInsideAtATime()
    {
        const int Threads = 4;
        const int Times = 100_000;

        await Task.WhenAll(Enumerable.Range(0, Threads).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < Times; i++)
            {
                _lock.Enter();
                _counted++;
                _lock.Exit();
            }
        }))).WaitAsync(Patience);

        Assert.Equal(Threads * Times, _counted);
    }

    [Fact]
    public async Task Enter_Again_OthersWaitForTheLastExit()
    {
        _lock.Enter();
        _lock.Enter();
        var other = Task.Run(() =>
        {
            _lock.Enter();
            var seen = _counted;
            _lock.Exit();
            return seen;
        });

        _lock.Exit();
        _counted = 1;
        _lock.Exit();

        Assert.Equal(1, await other.WaitAsync(Patience));
    }
}
