using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;
using ShadowProxy.Monitoring;

namespace ShadowProxy.FunctionalTests.Infrastructure;

/// <summary>
/// The proxy's clock in the test's hand: its time passes, and its monitor looks, only when the test says so, while requests go over real
/// sockets. No probes are sent.
/// </summary>
internal sealed class SteppedClock
{
    private readonly FakeTimeProvider _time = new();

    /// <summary>Replaces the clock among a proxy's services.</summary>
    public void Replace(IServiceCollection services)
    {
        services.AddSingleton<TimeProvider>(_time);
        foreach (var service in services.Where(IsDrivenByTime).ToArray())
            services.Remove(service);
    }

    /// <summary>Lets time pass that the monitor does not see: within a backend's handler, that long is what its answer takes.</summary>
    public void Pass(TimeSpan time) => _time.Advance(time);

    /// <summary>Lets the monitor's time pass.</summary>
    public void Tick(TestProxy proxy, int ticks = 1)
    {
        var monitor = proxy.Services.GetRequiredService<FlowMonitor>();
        for (var i = 0; i < ticks; i++)
        {
            _time.Advance(FlowMonitor.Interval);
            monitor.Tick();
        }
    }

    private static bool IsDrivenByTime(ServiceDescriptor service) =>
        service.ServiceType == typeof(IHostedService) && service.ImplementationType == typeof(FlowMonitorService);
}
