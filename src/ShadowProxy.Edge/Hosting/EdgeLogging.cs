using Microsoft.Extensions.Logging.Console;

namespace ShadowProxy.Edge.Hosting;

/// <summary>Logs to standard output, and only what an operator of a proxy wants to read; the <c>Logging</c> section says otherwise.</summary>
internal static class EdgeLogging
{
    /// <summary>Sets the logging up.</summary>
    /// <param name="builder">The host's builder.</param>
    /// <param name="started">Whether the start has succeeded. Until then the host's failures are told by whoever starts it, in one line.</param>
    public static void Configure(WebApplicationBuilder builder, Func<bool> started)
    {
        builder.Logging.ClearProviders();
        builder.Logging.AddConsole();
        builder.Services.PostConfigure<ConsoleLoggerOptions>(console => console.FormatterName ??= ConsoleFormatterNames.Simple);
        // Where nobody reads standard output any more, lines are lost rather than requests held up.
        builder.Services.Configure<ConsoleLoggerOptions>(console => console.QueueFullMode = ConsoleLoggerQueueFullMode.DropWrite);
        builder.Services.Configure<SimpleConsoleFormatterOptions>(console =>
        {
            console.SingleLine = true;
            console.UseUtcTimestamp = true;
            console.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ ";
        });
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        // While this category is on, each request gets an activity and a log scope, whether or not anybody traces or logs it.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", level => level >= LogLevel.Information && started());
        builder.Logging.AddFilter("Polly", LogLevel.Warning);
        builder.Logging.AddFilter("System.Net.Http", LogLevel.Warning);
        builder.Logging.AddFilter("Yarp", LogLevel.Warning);
        // A failed attempt is an event of the node and a line of the access log; a stack trace for each would bury both.
        builder.Logging.AddFilter("Yarp.ReverseProxy.Forwarder.HttpForwarder", LogLevel.Error);
        builder.Logging.AddConfiguration(builder.Configuration.GetSection("Logging"));
    }
}
