using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace ShadowProxy.FunctionalTests.Infrastructure;

/// <summary>All that is logged, a line each: the event's name and the message, with the exception's text.</summary>
internal sealed class LogLines : ILoggerProvider, ILogger
{
    private readonly ConcurrentQueue<string> _lines = new();

    public IReadOnlyCollection<string> All => _lines;

    public ILogger CreateLogger(string categoryName) => this;

    public bool IsEnabled(LogLevel logLevel) => true;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull
    {
        _lines.Enqueue($"scope {state}");
        return null;
    }

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        var members = state is IEnumerable<KeyValuePair<string, object?>> pairs ? string.Join(' ', pairs.Select(pair => $"{pair.Key}={pair.Value}")) : "";
        _lines.Enqueue($"{eventId.Name} {formatter(state, exception)}");
        if (members.Length > 0 || exception is not null)
            _lines.Enqueue($"with {members} {exception}");
    }

    public void Dispose()
    {
    }
}
