namespace ShadowProxy.Edge.Telemetry;

/// <summary>The log records of the host; their EventNames are part of its interface.</summary>
internal static partial class EdgeLog
{
    [LoggerMessage(101, LogLevel.Warning, "{Warning}", EventName = "shadowproxy.configuration.warning")]
    public static partial void ConfigurationWarning(ILogger logger, string warning);

    [LoggerMessage(102, LogLevel.Information, "The changed configuration is in force: {Routes} routes, {Clusters} clusters.", EventName = "shadowproxy.configuration.in_force")]
    public static partial void ConfigurationInForce(ILogger logger, int routes, int clusters);

    [LoggerMessage(103, LogLevel.Error, "The changed configuration is not used, the last good one stays in force: {Error}", EventName = "shadowproxy.configuration.refused")]
    public static partial void ConfigurationRefused(ILogger logger, string error);

    [LoggerMessage(104, LogLevel.Error, "Taking in the changed configuration failed.", EventName = "shadowproxy.configuration.failed")]
    public static partial void ConfigurationFailed(ILogger logger, Exception exception);

    [LoggerMessage(110, LogLevel.Information, "{Address} is the socket that the service manager passed.", EventName = "shadowproxy.listener.passed")]
    public static partial void SocketPassed(ILogger logger, string address);

    [LoggerMessage(111, LogLevel.Warning, "All processes that listen on {Address} get new connections until they end, and at their end a few may be reset: {Problem}", EventName = "shadowproxy.listener.shared")]
    public static partial void PortShared(ILogger logger, string address, string problem);

    [LoggerMessage(112, LogLevel.Warning, "A connection from {Sender} was closed: {Problem}. {Untold} more since the last such line.", EventName = "shadowproxy.connection.rejected")]
    public static partial void ConnectionRejected(ILogger logger, string? sender, string problem, long untold);

    [LoggerMessage(120, LogLevel.Error, "The access log cannot be written, lines are lost: {Problem}", EventName = "shadowproxy.access_log.failed")]
    public static partial void AccessLogFailed(ILogger logger, string problem);
}
