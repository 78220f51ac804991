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
                logger.LogError(exception, "Taking in the changed configuration failed.");
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
            logger.LogError("The changed configuration is not used, the last good one stays in force: {Error}", error);
        if (report.Errors.Count > 0)
            return;
        foreach (var warning in report.Warnings)
            logger.LogWarning("{Warning}", warning);
        configuration.Publish(report);
        logger.LogInformation("The changed configuration is in force: {Routes} routes, {Clusters} clusters.", report.Routes, report.Clusters);
    }
}
