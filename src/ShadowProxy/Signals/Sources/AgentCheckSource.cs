using System.Net.Sockets;
using ShadowProxy.Configuration;
using ShadowProxy.Signals.AgentCheck;

namespace ShadowProxy.Signals.Sources;

/// <summary>
/// Asks a node's agent as HAProxy does. An agent that cannot be reached undoes nothing of what it said: whether the node lives is for probes
/// and traffic to tell.
/// </summary>
internal sealed class AgentCheckSource(AgentCheckSettings settings, TimeProvider time, RandomSource random)
    : PolledSource(settings.Interval, Timeout, time, random)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(1);

    private AgentStanding _standing = AgentStanding.None;

    /// <inheritdoc/>
    protected override async Task AskAsync(SourceTarget target, SourceSink sink, CancellationToken cancellation)
    {
        var port = target.Node.Settings.AgentPort ?? settings.Port ?? throw new SourceFailedException(
            "neither the destination's Metadata:AgentPort nor AgentCheck:Port says where the agent listens");
        try
        {
            var reply = AgentReply.Parse(await AgentReader.ReadAsync(target.EndPoint(port), cancellation));
            _standing = _standing.After(reply, target.Node.Settings.Weight);
            sink.Say(_standing.ToWord());
            if (reply.Unknown is { } unknown)
                sink.Reject($"'{unknown}' is no word of an agent");
        }
        catch (SocketException exception)
        {
            // As with HAProxy no error: the agent is asked again at the usual time.
            sink.Fail(exception.Message);
        }
        catch (InvalidDataException exception)
        {
            sink.Reject(exception.Message);
        }
    }
}
