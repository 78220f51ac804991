using System.Globalization;
using ShadowProxy.Signals.Sources;

namespace ShadowProxy.Signals.AgentCheck;

/// <summary>
/// What an agent has made of its node. What a reply leaves out stays as it was: only <c>up</c> undoes <c>down</c>, only <c>ready</c> undoes
/// <c>drain</c> and <c>maint</c>, and silence undoes nothing. Immutable.
/// </summary>
internal sealed record AgentStanding
{
    /// <summary>Nothing was said yet.</summary>
    public static AgentStanding None { get; } = new();

    /// <summary>Whether the service runs.</summary>
    public AgentOperation Operation { get; private init; }

    /// <summary>What the node's operator wants of it.</summary>
    public AgentAdministration Administration { get; private init; }

    /// <summary>The part of its weight that the node wants, 0 to 1.</summary>
    public double Share { get; private init; } = 1;

    /// <summary>How many requests it takes at once; null without a limit.</summary>
    public int? MaxConnections { get; private init; }

    /// <summary>What was said beside.</summary>
    public string Description { get; private init; } = "";

    /// <summary>What holds after a reply.</summary>
    /// <param name="reply">The reply.</param>
    /// <param name="configuredWeight">The node's weight by the configuration, which <c>weight:N</c> relates to; over 0.</param>
    public AgentStanding After(in AgentReply reply, double configuredWeight) => this with
    {
        Operation = reply.Operation ?? Operation,
        Administration = reply.Administration ?? Administration,
        Share = Math.Min(1, reply.Share ?? (reply.Weight / configuredWeight) ?? Share),
        MaxConnections = reply.MaxConnections is { } most ? most > 0 ? most : null : MaxConnections,
        Description = reply.Operation is not null || reply.Description.Length > 0 ? reply.Description : Description,
    };

    /// <summary>What it comes to. Who is down is as far gone as who is in maintenance: at once, and until the agent says otherwise.</summary>
    public NodeWord ToWord()
    {
        var isDown = Operation != AgentOperation.Up || Administration == AgentAdministration.Maint;
        return new NodeWord
        {
            Condition = isDown ? NodeCondition.Down : NodeCondition.Up,
            IsLeaving = isDown || Administration == AgentAdministration.Drain,
            Weight = Share,
            MaxConcurrentRequests = MaxConnections,
            Text = ToString(),
        };
    }

    /// <summary>As an agent would say it.</summary>
    public override string ToString()
    {
        var administration = Administration switch { AgentAdministration.Drain => " drain", AgentAdministration.Maint => " maint", _ => "" };
        var operation = Operation switch { AgentOperation.Up => "up", AgentOperation.Down => "down", AgentOperation.Stopped => "stopped", _ => "fail" };
        var weight = Share < 1 ? string.Create(CultureInfo.InvariantCulture, $" {100 * Share:0.##}%") : "";
        var limit = MaxConnections is { } most ? $" maxconn:{most}" : "";
        return $"{operation}{administration}{weight}{limit}{(Description.Length > 0 ? $" # {Description}" : "")}";
    }
}
