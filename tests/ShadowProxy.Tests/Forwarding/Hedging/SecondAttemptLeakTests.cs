using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using ShadowProxy.Forwarding;
using ShadowProxy.Tests.Forwarding.InProcess;

namespace ShadowProxy.Tests.Forwarding.Hedging;

/// <summary>Hedges, replays and retries under random faults, aborts and time-outs leave nothing behind.</summary>
public sealed class SecondAttemptLeakTests : IDisposable
{
    private const int SecondAttempts = 100_000;
    private const int Nodes = 4;
    private const int Clients = 1000;
    private const int WarmUp = 300;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly CountingTimeProvider _time = new();
    private readonly FaultyNodes _nodes = new(seed: 1);
    private readonly Random _random = new(2);
    private readonly List<WeakReference> _requests = [];
    private long _seconds;
    private int _ids;

    public void Dispose() => _nodes.Dispose();

    [Fact]
    public async Task SecondAttempts_100000UnderRandomFaults_LeaveNothingBehind()
    {
        await using var proxy = await InProcessProxy.StartAsync(_nodes, Nodes, _time);
        using var counter = CountSeconds(proxy);
        for (var i = 0; i < WarmUp; i++)
            await SendAsync(proxy, "GET", null, TestContext.Current.CancellationToken);
        var timersBefore = _time.Timers;

        _nodes.AreFaulty = true;
        var clients = Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => Task.Run(() => BeClientAsync(proxy))));
        while (!clients.IsCompleted)
        {
            KeepGoing(proxy);
            await Task.WhenAny(clients, Task.Delay(20));
        }

        await clients;
        Assert.InRange(Volatile.Read(ref _seconds), SecondAttempts, long.MaxValue);
        await EventuallyAsync(() => _nodes.Open == 0 && proxy.Nodes.Nodes.All(node => node.InFlight == 0));
        Assert.Equal(0, proxy.Services.GetRequiredService<RecordedBodies>().Held);
        // One for all of the route's attempts.
        Assert.InRange(_time.Timers, timersBefore, timersBefore + 1);
        foreach (var node in proxy.Nodes.Nodes)
        {
            Assert.Equal(0, node.Stranded.Look(isDead: true, isAway: false));
            Assert.Equal(0, node.Traffic.Waiting.Slow(long.MaxValue / 2, 1, 0, node.Traffic.SlowFlows, node.Traffic.VerySlowFlows).Count);
        }

        // The queue lets go of what is over when the next one comes, or the timer.
        await EventuallyAsync(() =>
        {
            GC.Collect();
            return _requests.Count(request => request.IsAlive) <= 2;
        });
    }

    private async Task BeClientAsync(InProcessProxy proxy)
    {
        while (Volatile.Read(ref _seconds) < SecondAttempts)
        {
            var (kind, length, patience) = Draw();
            using var leaving = kind < 3 ? new CancellationTokenSource(patience) : null;
            await SendAsync(proxy, kind < 80 ? "GET" : "PUT", kind < 80 ? null : new byte[length], leaving?.Token ?? CancellationToken.None);
        }
    }

    private async Task SendAsync(InProcessProxy proxy, string method, byte[]? body, CancellationToken aborted)
    {
        var id = Interlocked.Increment(ref _ids);
        var context = await proxy.SendAsync(method, $"r{id}", body, aborted);
        if (id % 100 != 0)
            return;
        lock (_requests)
            _requests.Add(new WeakReference(context));
    }

    /// <summary>Budgets never end, what is late stays so, and nodes seem lost at times.</summary>
    private void KeepGoing(InProcessProxy proxy)
    {
        proxy.Nodes.Hedges.Fill(1_000_000, 1);
        proxy.Nodes.Retries.Fill(1_000_000, 1);
        for (var i = 0; i < 3; i++)
            proxy.Norm.Tail.Observe(1, 200);
        proxy.Nodes.Nodes[Draw().Kind % Nodes].Stranded.Look(isDead: true, isAway: false);
    }

    private (int Kind, int Length, TimeSpan Patience) Draw()
    {
        lock (_random)
            return (_random.Next(100), _random.Next(1, 80_000), TimeSpan.FromMilliseconds(_random.Next(1, 60)));
    }

    private MeterListener CountSeconds(InProcessProxy proxy)
    {
        var factory = proxy.Services.GetRequiredService<IMeterFactory>();
        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (ReferenceEquals(instrument.Meter.Scope, factory) && instrument.Name == "shadowproxy.request.second_attempts")
                    listener.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((_, count, _, _) => Interlocked.Add(ref _seconds, count));
        listener.Start();
        return listener;
    }

    private static async Task EventuallyAsync(Func<bool> holds)
    {
        using var giveUp = new CancellationTokenSource(Patience);
        while (!holds())
            await Task.Delay(20, giveUp.Token);
    }
}
