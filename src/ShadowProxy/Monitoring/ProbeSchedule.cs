using System.Net;
using ShadowProxy.Configuration;
using ShadowProxy.Nodes;
using ShadowProxy.Signals;
using ShadowProxy.Signals.Sources;
using Yarp.ReverseProxy;

namespace ShadowProxy.Monitoring;

/// <summary>
/// Probes every node at its cluster's interval, jittered, each on its own: one that hangs delays no other. One thread at a time calls
/// <see cref="SendDue"/>, which waits for nothing.
/// </summary>
internal sealed class ProbeSchedule(NodeRegistry nodes, NodeProber prober, IProxyStateLookup lookup, TimeProvider time, RandomSource random)
{
    private const double Jitter = 0.1;
    private const int MostAtOnce = 256;

    private static readonly NodeWord Connects = new() { Text = "takes connections" };
    private static readonly NodeWord Answers = new() { Condition = NodeCondition.Up, Text = "well" };
    private static readonly NodeWord Degraded = new() { Condition = NodeCondition.Degraded, Text = "Degraded" };

    private readonly Dictionary<Node, long> _due = [];
    private int _underWay;

    /// <summary>Sends the probes whose time has come.</summary>
    /// <param name="stopping">Ends them without a result.</param>
    public void SendDue(CancellationToken stopping)
    {
        var now = time.GetTimestamp();
        var known = 0;
        foreach (var cluster in nodes.Clusters)
        {
            var settings = cluster.Settings;
            if (settings.Mode == ShadowingMode.Off || settings.Probe.Interval <= TimeSpan.Zero)
                continue;
            known += cluster.Nodes.Length;
            foreach (var node in cluster.Nodes)
            {
                // The first probes are spread over an interval, so that a thousand nodes are not asked at once.
                if (!_due.TryGetValue(node, out var due))
                    _due[node] = now + Ticks(settings.Probe.Interval * random.NextDouble());
                else if (now >= due && !node.Probes.IsProbing && Volatile.Read(ref _underWay) < MostAtOnce)
                {
                    Interlocked.Increment(ref _underWay);
                    node.Probes.IsProbing = true;
                    _due[node] = now + Ticks(settings.Probe.Interval * (1 + (Jitter * ((2 * random.NextDouble()) - 1))));
                    _ = ProbeAsync(node, settings.Probe, stopping);
                }
            }
        }

        if (_due.Count > known)
            ForgetRemoved();
    }

    private async Task ProbeAsync(Node node, ProbeSettings settings, CancellationToken stopping)
    {
        try
        {
            var config = node.Destination.Model.Config;
            var address = new Uri(config.Health ?? config.Address);
            var model = lookup.TryGetCluster(node.Cluster, out var cluster) ? cluster.Model.Config : null;
            // As YARP does where the cluster does not say; a probe's connection of its own is TCP.
            var version = model?.HttpRequest?.Version ?? HttpVersion.Version20;
            var isOverTcp = version <= HttpVersion.Version20;
            var question = new ProbeQuestion(address, settings.Path, settings.Timeout)
            {
                AcceptAnyCertificate = model?.HttpClient?.DangerousAcceptAnyServerCertificate == true,
                Statuses = settings.Statuses,
                Body = settings.Body,
                Version = isOverTcp ? version : HttpVersion.Version20,
                VersionPolicy = isOverTcp ? model?.HttpRequest?.VersionPolicy ?? HttpVersionPolicy.RequestVersionOrLower : HttpVersionPolicy.RequestVersionOrLower,
            };
            Take(node, await prober.ProbeAsync(question, stopping), settings);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return;
        }
        catch (UriFormatException exception)
        {
            Take(node, new ProbeResult(Alive: false, TimeSpan.Zero, TimeSpan.Zero, exception.Message, Refused: false), settings);
        }
        finally
        {
            node.Probes.IsProbing = false;
            Interlocked.Decrement(ref _underWay);
        }
    }

    private void Take(Node node, in ProbeResult result, ProbeSettings settings)
    {
        node.Probes.Add(result);
        var readings = node.Sources.Probe;
        readings.Expect(settings.Interval);
        if (result.Error is { } error)
            readings.Fail(error);
        else
            readings.Say(settings.Path is null ? Connects : result.Degraded ? Degraded : Answers, time.GetTimestamp());
    }

    private long Ticks(TimeSpan span) => (long)(span.TotalSeconds * time.TimestampFrequency);

    private void ForgetRemoved()
    {
        var live = nodes.Clusters.SelectMany(cluster => cluster.Nodes).ToHashSet();
        foreach (var gone in _due.Keys.Where(node => !live.Contains(node)).ToArray())
            _due.Remove(gone);
    }
}
