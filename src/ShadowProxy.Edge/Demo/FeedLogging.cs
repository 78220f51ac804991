using Microsoft.Extensions.Logging.Abstractions;

namespace ShadowProxy.Edge.Demo;

/// <summary>Shows the proxy's errors among the events, but for those that are events already: a console log would tear the live display.</summary>
internal sealed class FeedLogging(DemoFeed feed) : ILoggerProvider
{
    private const string ShownAnyway = "ShadowProxy.Telemetry.";

    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) =>
        categoryName.StartsWith(ShownAnyway, StringComparison.Ordinal) ? NullLogger.Instance : new Logger(feed);

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private sealed class Logger(DemoFeed feed) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel is LogLevel.Error or LogLevel.Critical;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
                feed.Add(DemoTone.Bad, exception is null ? formatter(state, null) : $"{formatter(state, exception)} {exception.Message}");
        }
    }
}
