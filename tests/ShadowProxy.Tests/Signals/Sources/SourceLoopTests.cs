using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;
using ShadowProxy.Nodes;
using ShadowProxy.Signals;
using ShadowProxy.Signals.Sources;
using ShadowProxy.Telemetry;
using Yarp.ReverseProxy.Model;

namespace ShadowProxy.Tests.Signals.Sources;

public sealed class SourceLoopTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly FakeLogger _log = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly Node _node = new("orders", "n0", "http://n0/", new NodeSettings(1, null, default, 0), new NodeRef(0, 1), new DestinationState("n0"));
    private readonly SourceReadings _readings;
    private readonly ScriptedSource _source = new();

    public SourceLoopTests() => _readings = _node.Sources.Begin(SourceKind.Orca, TimeSpan.FromSeconds(3));

    public void Dispose()
    {
        _stopping.Cancel();
        _stopping.Dispose();
    }

    [Fact]
    public async Task Run_SourceFailsAgainAndAgain_IsTriedLaterAndLaterAndToldOnce()
    {
        Start();
        var pauses = new List<double>();
        for (var i = 0; i < 7; i++)
        {
            var run = await _source.NextAsync();
            var failed = _time.GetTimestamp();
            run.SetException(new SourceFailedException("refused"));
            await AdvanceUntilAsync(() => _source.Runs > i + 1);
            pauses.Add(_time.GetElapsedTime(failed).TotalSeconds);
        }

        Assert.All(pauses.Zip([2.0, 4, 8, 16, 30, 30, 30]), pair => Assert.InRange(pair.First, pair.Second / 2, pair.Second + 0.25));
        Assert.Equal((SourceState.Failing, "refused"), (Status().State, Status().Error));
        Assert.Single(_log.Collector.GetSnapshot());
    }

    [Fact]
    public async Task Run_SourceThatSpokeFails_IsTriedAgainSoon()
    {
        Start();
        for (var i = 0; i < 6; i++)
        {
            var run = await _source.NextAsync();
            _source.Sink!.Report(new LoadReport { CpuUtilization = 0.5 });
            var failed = _time.GetTimestamp();
            run.SetException(new IOException("reset"));
            await AdvanceUntilAsync(() => _source.Runs > i + 1);
            Assert.InRange(_time.GetElapsedTime(failed).TotalSeconds, 0.5, 1.25);
        }
    }

    [Fact]
    public async Task Run_FailureThatAsksForAPause_IsGivenIt()
    {
        Start();
        (await _source.NextAsync()).SetException(new SourceFailedException("has no such service", TimeSpan.FromMinutes(5)));
        var failed = _time.GetTimestamp();

        await AdvanceUntilAsync(() => _source.Runs > 1, TimeSpan.FromSeconds(10));

        Assert.InRange(_time.GetElapsedTime(failed).TotalSeconds, 300, 311);
    }

    [Fact]
    public async Task Stop_SourceRuns_IsCancelledAndCountsAsNoFailure()
    {
        var loop = Start();
        var run = await _source.NextAsync();

        loop.Stop();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run.Task.WaitAsync(TimeSpan.FromSeconds(30)));
        Assert.Equal(SourceState.Silent, Status().State);
    }

    [Fact]
    public void Stop_SourceHangs_WaitsForNothing()
    {
        var loop = Start();
        _source.Ignores = true;

        loop.Stop();
    }

    private SourceStatus Status() => _readings.Describe(_time.GetTimestamp(), _time.TimestampFrequency)!;

    private SourceLoop Start()
    {
        var target = new SourceTarget(_node, new Uri(_node.Address), AcceptAnyCertificate: false);
        var loop = new SourceLoop(_source, target, new SourceSink(_node, _readings, _time, _log), TimeSpan.Zero, _time, new RandomSource(1), _stopping.Token);
        loop.Start();
        return loop;
    }

    /// <summary>The loop's timer is set on another thread: time passes in steps until it has fired.</summary>
    private async Task AdvanceUntilAsync(Func<bool> holds, TimeSpan? step = null)
    {
        using var giveUp = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!holds())
        {
            await Task.Delay(1, giveUp.Token);
            _time.Advance(step ?? TimeSpan.FromSeconds(0.125));
            await Task.Delay(1, giveUp.Token);
        }
    }

    private sealed class ScriptedSource : ISignalSource
    {
        private readonly System.Threading.Channels.Channel<TaskCompletionSource> _begun = System.Threading.Channels.Channel.CreateUnbounded<TaskCompletionSource>();
        private int _runs;

        public int Runs => Volatile.Read(ref _runs);

        public bool Ignores { get; set; }

        public SourceSink? Sink { get; private set; }

        public Task<TaskCompletionSource> NextAsync() => _begun.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30));

        public Task RunAsync(SourceTarget target, SourceSink sink, CancellationToken stopping)
        {
            Sink = sink;
            var run = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            if (!Ignores)
                stopping.Register(() => run.TrySetCanceled(stopping));
            _begun.Writer.TryWrite(run);
            Interlocked.Increment(ref _runs);
            return run.Task;
        }
    }
}
