using Microsoft.Extensions.Hosting.Systemd;
using Microsoft.Extensions.Logging.Console;

namespace ShadowProxy.Edge.Hosting;

/// <summary>
/// Tells a service manager that asks for it (sd_notify(3): NOTIFY_SOCKET is set, as for a systemd unit with <c>Type=notify</c>) when the proxy
/// is ready and when it leaves, and logs in the form that a journal understands.
/// </summary>
internal static class ServiceManager
{
    public static void Notify(WebApplicationBuilder builder)
    {
        // AddSystemd would look at the parent's name instead, which says nothing in a container or under a wrapper.
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NOTIFY_SOCKET")))
            return;
        builder.Services.AddSingleton<ISystemdNotifier, SystemdNotifier>();
        builder.Services.AddSingleton<IHostLifetime, SystemdLifetime>();
        builder.Services.Configure<ConsoleLoggerOptions>(console => console.FormatterName = ConsoleFormatterNames.Systemd);
    }
}
