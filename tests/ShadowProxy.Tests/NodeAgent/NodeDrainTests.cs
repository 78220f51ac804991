using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using ShadowProxy.NodeAgent;

namespace ShadowProxy.Tests.NodeAgent;

public sealed class NodeDrainTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly TrafficCounter _traffic = new();
    private readonly NodeAgentOptions _options = new() { DrainOnShutdown = true };
    private readonly ConnectionCounter _connections = new(new NoMeters());
    private readonly LoadReporter _reporter;
    private readonly NodeDrain _drain;

    public NodeDrainTests()
    {
        var options = Options.Create(_options);
        _reporter = new LoadReporter(
            new NoLoad(), _traffic, new RuntimeLoad(_connections, _time), options, _time, new FakeLogger<LoadReporter>());
        _drain = new NodeDrain(_reporter, _traffic, options, _time, new FakeLogger<NodeDrain>());
    }

    public void Dispose()
    {
        _drain.Dispose();
        _reporter.Dispose();
        _connections.Dispose();
    }

    [Fact]
    public void Drain_AndResume_AreAnnounced()
    {
        _drain.Drain();
        _drain.Drain();
        Assert.True(_drain.IsDraining && _reporter.Latest.IsDraining);

        _drain.Resume();
        Assert.False(_drain.IsDraining || _reporter.Latest.IsDraining);
    }

    [Fact]
    public void Drain_StreamLasts_IsToEndOnceRequestsHaveCeased()
    {
        Begin();
        var end = _drain.EndStreams;
        Pass(10);
        Start(() =>
        {
            _drain.Drain();
            return end;
        });

        Pass(1.5);
        _traffic.End(Begin(), failed: false);
        Pass(1.5);
        Assert.False(end.IsCancellationRequested);
        Pass(0.7);
        Assert.True(end.IsCancellationRequested);
        _drain.Resume();
        Assert.False(_drain.EndStreams.IsCancellationRequested);
    }

    [Fact]
    public void Resume_BeforeFlowsHaveLeft_StreamsLast()
    {
        var end = Start(() =>
        {
            _drain.Drain();
            return _drain.EndStreams;
        });
        Pass(1);
        _drain.Resume();
        Pass(10);

        Assert.False(end.IsCancellationRequested || _drain.EndStreams.IsCancellationRequested);
    }

    [Fact]
    public async Task WhenEmpty_RequestsEndAndComeAgain_WaitsForTheQuietAfterTheLast()
    {
        var first = Begin();
        var empty = Start(() => _drain.WhenEmptyAsync(TimeSpan.FromMinutes(1)));
        Pass(10);
        _traffic.End(first, failed: false);
        Pass(1.9);
        _traffic.End(Begin(), failed: false);
        Pass(1.9);
        TrafficCounter.Exclude(Begin());

        Assert.False(empty.IsCompleted);
        Pass(0.2);
        Assert.True(await empty);
    }

    [Fact]
    public async Task WhenEmpty_RequestLasts_GivesUpAtTheTimeout()
    {
        Begin();
        var empty = Start(() => _drain.WhenEmptyAsync(TimeSpan.FromSeconds(5)));

        Pass(4.9);
        Assert.False(empty.IsCompleted);
        Pass(0.2);
        Assert.False(await empty);
    }

    [Fact]
    public async Task Stopping_NodeIsBusy_AnnouncesAndLetsTheServerStopOnceItIsEmpty()
    {
        var request = Begin();
        var stopping = Start(() => _drain.StoppingAsync(CancellationToken.None));

        Pass(10);
        Assert.Equal((true, false, false), (_reporter.Latest.IsDraining, _drain.Stopped.IsCancellationRequested, stopping.IsCompleted));
        _traffic.End(request, failed: false);
        Pass(2.1);
        await stopping;
        Assert.True(_drain.Stopped.IsCancellationRequested);
    }

    [Fact]
    public async Task Stopping_HostHasNoTime_StopsAtOnce()
    {
        Begin();
        using var hurry = new CancellationTokenSource();
        var stopping = _drain.StoppingAsync(hurry.Token);
        await hurry.CancelAsync();

        await stopping;
        Assert.True(_drain.Stopped.IsCancellationRequested);
    }

    [Fact]
    public async Task Stopping_NotToBeDrained_AnnouncesNothing()
    {
        _options.DrainOnShutdown = false;
        Begin();

        await _drain.StoppingAsync(CancellationToken.None);

        Assert.Equal(
            (false, true, true),
            (_reporter.Latest.IsDraining, _drain.Stopped.IsCancellationRequested, _drain.EndStreams.IsCancellationRequested));
    }

    private DefaultHttpContext Begin()
    {
        var request = new DefaultHttpContext();
        _traffic.Start(request);
        return request;
    }

    /// <summary>Starts to wait, without a context that would run its looks elsewhere: each is done when the time has passed.</summary>
    private static T Start<T>(Func<T> wait)
    {
        var context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            return wait();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }

    private void Pass(double seconds)
    {
        for (var passed = 0.0; passed < seconds - 1e-9; passed += 0.05)
            _time.Advance(TimeSpan.FromMilliseconds(50));
    }

    private sealed class NoLoad : ILoadSource
    {
        public LoadSample Sample(in NodeTraffic traffic) => LoadSample.Unknown;
    }
}
