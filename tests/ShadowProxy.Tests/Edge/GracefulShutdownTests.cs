using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using ShadowProxy.Edge.Hosting;

namespace ShadowProxy.Tests.Edge;

public sealed class GracefulShutdownTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task Stopping_Delay_KeepsListeningForIt()
    {
        var stopping = Create().StoppingAsync(CancellationToken.None);
        _time.Advance(TimeSpan.FromSeconds(4.9));
        Assert.False(stopping.IsCompleted);

        _time.Advance(TimeSpan.FromSeconds(0.1));
        await stopping;
    }

    [Fact]
    public async Task Stopping_HostLosesPatience_EndsWithoutAnError()
    {
        using var impatience = new CancellationTokenSource();
        var stopping = Create().StoppingAsync(impatience.Token);

        await impatience.CancelAsync();

        await stopping;
    }

    [Fact]
    public void Configure_Host_GivesTimeForDelayAndDrain()
    {
        var options = new HostOptions();

        Create().Configure(options);

        Assert.Equal(TimeSpan.FromSeconds(12), options.ShutdownTimeout);
    }

    private GracefulShutdown Create()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("Shutdown:Delay", "00:00:05"), new("Shutdown:Timeout", "00:00:07")]).Build();
        return new GracefulShutdown(configuration, new ListenSockets(configuration, NullLogger<ListenSockets>.Instance), _time);
    }
}
