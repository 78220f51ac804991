namespace ShadowProxy.Edge.Hosting;

/// <summary>How far the proxy is in its life, for load balancers and container platforms. Thread-safe.</summary>
internal sealed class Readiness(IHostApplicationLifetime lifetime)
{
    /// <summary>True once it listens.</summary>
    public bool Started => lifetime.ApplicationStarted.IsCancellationRequested;

    /// <summary>True from when it begins to leave.</summary>
    public bool Leaving => lifetime.ApplicationStopping.IsCancellationRequested;

    /// <summary>True while new traffic is welcome: from when it listens until it begins to leave.</summary>
    public bool Ready => Started && !Leaving;
}
