using ShadowProxy.Lab.Backends;

namespace ShadowProxy.Benchmarks.Gray.Peers;

/// <summary>A proxy that is compared: how it is set up, and how it is started.</summary>
internal interface IPeer
{
    /// <summary>Its name on the command line and in tables.</summary>
    string Name { get; }

    /// <summary>Whether it asks the backends' <c>agent-check</c>.</summary>
    bool UsesAgents => false;

    /// <summary>Its program's version; null where it is not installed.</summary>
    Task<string?> FindVersionAsync(CancellationToken stop);

    /// <summary>Writes its configuration.</summary>
    /// <returns>The program and arguments that run it in the foreground.</returns>
    IReadOnlyList<string> Prepare(PeerSite site);

    /// <summary>Writes down what it did and why, where it can tell.</summary>
    /// <param name="site">Where it runs still.</param>
    /// <param name="stop">Gives up.</param>
    Task KeepRecordAsync(PeerSite site, CancellationToken stop) => Task.CompletedTask;
}

/// <summary>Where a proxy runs.</summary>
/// <param name="Port">Its port on loopback.</param>
/// <param name="AdminPort">Another port on loopback, for whoever operates it.</param>
/// <param name="Directory">A directory of its own, where it is started.</param>
/// <param name="Backends">What it stands in front of.</param>
internal sealed record PeerSite(int Port, int AdminPort, string Directory, IReadOnlyList<BackendAddress> Backends)
{
    /// <summary>Where the proxy listens.</summary>
    public Uri Address => new($"http://127.0.0.1:{Port}");

    /// <summary>A line for each backend.</summary>
    public string Each(Func<BackendAddress, string> line) => string.Join('\n', Backends.Select(line));

    /// <summary>Writes a file of the directory.</summary>
    /// <returns>Its path.</returns>
    public string Write(string name, string content)
    {
        var path = Path.Combine(Directory, name);
        File.WriteAllText(path, content);
        return path;
    }
}
