namespace ShadowProxy.Lab.Backends;

/// <summary>How to start a backend as a process of its own.</summary>
public sealed record BackendProcessOptions
{
    /// <summary>Its name; see <see cref="SampleBackendOptions.Name"/>.</summary>
    public required string Name { get; init; }

    /// <summary>Port on 127.0.0.1; 0 (default) = any free one.</summary>
    public int Port { get; init; }

    /// <inheritdoc cref="SampleBackendOptions.AgentPort"/>
    public int? AgentPort { get; init; }

    /// <summary>Speak h2c; see <see cref="SampleBackendOptions.Http2"/>.</summary>
    public bool Http2 { get; init; }

    /// <inheritdoc cref="SampleBackendOptions.DrainTimeout"/>
    public TimeSpan DrainTimeout { get; init; }

    /// <summary>Median time in which it answers, in milliseconds. Default 3.</summary>
    public double DelayMs { get; init; } = Faults.FaultScript.ServiceMs;

    /// <summary>
    /// The program and arguments that are the command <c>shadowproxy</c>. Default: this process's own program where that is it, else the
    /// assembly <c>ShadowProxy.Edge.dll</c> beside the running one.
    /// </summary>
    public IReadOnlyList<string> Command { get; init; } = ShadowProxyCommand.Default;

    /// <summary>Longest time to wait until it listens. Default 30 s.</summary>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromSeconds(30);
}
