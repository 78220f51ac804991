using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ShadowProxy.NodeAgent;

/// <inheritdoc cref="INodeDrain"/>
internal sealed class NodeDrain(
    LoadReporter reporter, TrafficCounter traffic, IOptions<NodeAgentOptions> options, TimeProvider time, ILogger<NodeDrain> logger)
    : INodeDrain, IHostedLifecycleService, IDisposable
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);

    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _stopped = new();
    private CancellationTokenSource _resumed = new();
    private CancellationTokenSource _endStreams = new();
    private bool _isDraining;

    /// <inheritdoc/>
    public bool IsDraining
    {
        get
        {
            lock (_gate)
                return _isDraining;
        }
    }

    /// <inheritdoc/>
    public CancellationToken EndStreams
    {
        get
        {
            lock (_gate)
                return _endStreams.Token;
        }
    }

    /// <summary>Cancelled when the server is about to stop, drained or not: what would last for ever has to end.</summary>
    public CancellationToken Stopped => _stopped.Token;

    /// <inheritdoc/>
    public void Drain()
    {
        lock (_gate)
        {
            if (_isDraining)
                return;
            _isDraining = true;
            reporter.Announce(draining: true);
            _ = EndStreamsOnceFlowsHaveLeftAsync(_endStreams, _resumed.Token);
        }

        logger.LogInformation("The node leaves: announced to the proxies, with {InFlight} requests in flight", traffic.InFlight);
    }

    /// <inheritdoc/>
    public void Resume()
    {
        CancellationTokenSource resumed;
        lock (_gate)
        {
            if (!_isDraining)
                return;
            _isDraining = false;
            (resumed, _resumed) = (_resumed, new CancellationTokenSource());
            _endStreams = new CancellationTokenSource();
            reporter.Announce(draining: false);
        }

        resumed.Cancel();
        logger.LogInformation("The node stays: announced to the proxies");
    }

    /// <inheritdoc/>
    public Task<bool> WhenEmptyAsync(TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        if (timeout != Timeout.InfiniteTimeSpan)
            ArgumentOutOfRangeException.ThrowIfLessThan(timeout, TimeSpan.Zero);
        return WhenQuietAsync(untilEmpty: true, timeout, cancellationToken);
    }

    /// <summary>The host stops, and its server still serves: proxies come first, where the options say so.</summary>
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (!options.Value.DrainOnShutdown)
                return;
            Drain();
            if (await WhenEmptyAsync(options.Value.DrainTimeout, cancellationToken))
                logger.LogInformation("The node is empty, and stops");
            else
                logger.LogWarning("The node stops with {InFlight} requests in flight after {Timeout}", traffic.InFlight, options.Value.DrainTimeout);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            logger.LogWarning("The host gave the node no time to drain: it stops with {InFlight} requests in flight", traffic.InFlight);
        }
        finally
        {
            await _stopped.CancelAsync();
            CancellationTokenSource endStreams;
            lock (_gate)
                endStreams = _endStreams;
            await endStreams.CancelAsync();
        }
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
        _stopped.Dispose();
        _resumed.Dispose();
        _endStreams.Dispose();
    }

    private async Task EndStreamsOnceFlowsHaveLeftAsync(CancellationTokenSource endStreams, CancellationToken resumed)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(resumed, _stopped.Token);
        try
        {
            await WhenQuietAsync(untilEmpty: false, Timeout.InfiniteTimeSpan, end.Token);
            await endStreams.CancelAsync();
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // The node stays, or its server stops.
        }
    }

    /// <summary>Waits until nothing has arrived for a while, and where so wanted nothing is in flight either.</summary>
    private async Task<bool> WhenQuietAsync(bool untilEmpty, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        var (quietSince, started) = (began, traffic.Started);
        while (true)
        {
            var now = time.GetTimestamp();
            if (traffic.Started != started || (untilEmpty && traffic.InFlight > 0))
                (quietSince, started) = (now, traffic.Started);
            else if (time.GetElapsedTime(quietSince, now) >= options.Value.DrainQuiet)
                return true;
            if (timeout != Timeout.InfiniteTimeSpan && time.GetElapsedTime(began, now) >= timeout)
                return false;
            await Task.Delay(Look, time, cancellationToken);
        }
    }
}
