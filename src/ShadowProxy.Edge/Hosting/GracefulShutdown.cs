using Microsoft.Extensions.Options;
using ShadowProxy.Configuration;
using ShadowProxy.Edge.Configuration;

namespace ShadowProxy.Edge.Hosting;

/// <summary>
/// Between the signal to stop and the end of listening lies a pause: readiness is off already, and load balancers before the proxy
/// have time to notice. Then Kestrel lets the requests under way end, as the host's time-out allows.
/// </summary>
internal sealed class GracefulShutdown(IConfiguration configuration, ListenSockets sockets, TimeProvider time)
    : IHostedLifecycleService, IConfigureOptions<HostOptions>
{
    private readonly ShutdownOptions _options = OptionsReader.Read<ShutdownOptions>(configuration.GetSection(ShutdownOptions.Section), []);

    public void Configure(HostOptions options) => options.ShutdownTimeout = _options.Delay + _options.Timeout;

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        sockets.LeaveToSuccessor();
        await Task.Delay(_options.Delay, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
