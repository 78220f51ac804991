using Microsoft.Extensions.Logging;
using ShadowProxy.Configuration;
using ShadowProxy.Nodes;
using Yarp.ReverseProxy;

namespace ShadowProxy.Signals.Sources;

/// <summary>
/// Starts and stops sources as nodes, settings and modes change; each runs on its own. One thread at a time calls <see cref="Follow"/>, which
/// waits for nothing.
/// </summary>
internal sealed class SourceSupervisor(
    NodeRegistry nodes, SourceFactory factory, IProxyStateLookup lookup, TimeProvider time, RandomSource random, ILogger<SourceSupervisor> logger)
{
    private readonly Dictionary<string, Followed> _clusters = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Takes in what has changed.</summary>
    /// <param name="stopping">Ends all sources.</param>
    public void Follow(CancellationToken stopping)
    {
        foreach (var cluster in nodes.Clusters)
        {
            var (present, settings) = (cluster.Nodes, cluster.Settings);
            if (!_clusters.TryGetValue(cluster.Id, out var followed))
                _clusters[cluster.Id] = followed = new Followed();
            if (ReferenceEquals(followed.Nodes, present) && ReferenceEquals(followed.Settings, settings))
                continue;
            (followed.Nodes, followed.Settings) = (present, settings);
            Update(followed, Wanted(cluster.Id, present, settings), stopping);
        }

        if (_clusters.Count > nodes.ClusterCount)
            ForgetRemoved(stopping);
    }

    private Dictionary<(Node, SourceKind), Wish> Wanted(string cluster, Node[] present, ClusterSettings settings)
    {
        var wanted = new Dictionary<(Node, SourceKind), Wish>();
        if (settings.Mode == ShadowingMode.Off || settings.Sources.Count == 0)
            return wanted;
        var anyCertificate = lookup.TryGetCluster(cluster, out var state) && state.Model.Config.HttpClient?.DangerousAcceptAnyServerCertificate == true;
        foreach (var node in present)
        {
            var config = node.Destination.Model.Config;
            if (!Uri.TryCreate(config.Health ?? config.Address, UriKind.Absolute, out var address))
                continue;
            foreach (var source in settings.Sources)
                wanted[(node, source.Kind)] = new Wish(new SourceTarget(node, address, anyCertificate), source);
        }

        return wanted;
    }

    private void Update(Followed followed, Dictionary<(Node, SourceKind), Wish> wanted, CancellationToken stopping)
    {
        foreach (var (key, running) in followed.Running.ToArray())
        {
            if (wanted.TryGetValue(key, out var wish) && wish == running.Wish)
                continue;
            running.Loop.Stop();
            running.Wish.Target.Node.Sources.End(running.Readings);
            followed.Running.Remove(key);
        }

        foreach (var (key, wish) in wanted)
        {
            if (!followed.Running.ContainsKey(key))
                followed.Running[key] = Start(wish, stopping);
        }
    }

    private Running Start(Wish wish, CancellationToken stopping)
    {
        var (target, settings) = wish;
        var readings = target.Node.Sources.Begin(settings.Kind, SourceReadings.StaleIntervals * settings.Interval);
        var sink = new SourceSink(target.Node, readings, time, logger);
        var loop = new SourceLoop(factory.Create(settings), target, sink, settings.Interval, time, random, stopping);
        loop.Start();
        return new Running(wish, readings, loop);
    }

    private void ForgetRemoved(CancellationToken stopping)
    {
        foreach (var id in _clusters.Keys.Where(id => nodes.FindCluster(id) is null).ToArray())
        {
            Update(_clusters[id], [], stopping);
            _clusters.Remove(id);
        }
    }

    private sealed record Wish(SourceTarget Target, SourceSettings Settings);

    private sealed record Running(Wish Wish, SourceReadings Readings, SourceLoop Loop);

    private sealed class Followed
    {
        public Node[]? Nodes { get; set; }

        public ClusterSettings? Settings { get; set; }

        public Dictionary<(Node, SourceKind), Running> Running { get; } = [];
    }
}
