using ShadowProxy.Edge.Telemetry;

namespace ShadowProxy.Edge.Configuration;

/// <summary>
/// Follows the configuration file by looking at it twice a second, which also sees what file notifications miss: mounted ConfigMaps
/// that swap a link, editors that replace the file. A good change is published, a bad one is logged and changes nothing.
/// </summary>
/// <param name="path">The file.</param>
/// <param name="read">The mark of the file as it was read at start.</param>
/// <param name="configuration">Where good values are published.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Where errors are said.</param>
internal sealed class ConfigurationWatcher(
    string path, FileMark? read, LastGoodConfiguration configuration, TimeProvider time, ILogger<ConfigurationWatcher> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    private FileMark? _read = read;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await LookAsync();
            }
            // Whoever follows the configuration may fail at a change; the proxy goes on with what it has.
            catch (Exception exception)
            {
                EdgeLog.ConfigurationFailed(logger, exception);
            }
        }
    }

    /// <summary>Looks once; reads the file where it has changed.</summary>
    internal async Task LookAsync()
    {
        var mark = FileMark.Of(path);
        if (mark == _read)
            return;
        _read = mark;
        var report = await ConfigurationChecker.CheckAsync(path);
        foreach (var error in report.Errors)
            EdgeLog.ConfigurationRefused(logger, error);
        if (report.Errors.Count > 0)
            return;
        foreach (var warning in report.Warnings)
            EdgeLog.ConfigurationWarning(logger, warning);
        configuration.Publish(report);
        EdgeLog.ConfigurationInForce(logger, report.Routes, report.Clusters);
    }
}
