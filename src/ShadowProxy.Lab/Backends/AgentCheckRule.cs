using System.Globalization;
using ShadowProxy.NodeAgent;

namespace ShadowProxy.Lab.Backends;

/// <summary>
/// What an operator's agent would tell HAProxy of a node's load. The weight falls from 100% at half load to 10% where the node goes down;
/// it goes down, and not into drain, because sessions with a cookie stay on a node that drains. Load falls once traffic has left: so it comes
/// up again only after its load has been low for a while. Safe for any number of threads.
/// </summary>
/// <param name="time">Clock.</param>
internal sealed class AgentCheckRule(TimeProvider time) : IAgentCheckRule
{
    /// <summary>CPU or memory utilisation from which on the node is down.</summary>
    public const double DownAt = 0.93;

    /// <summary>Utilisation under which both must stay before a node that is down comes up.</summary>
    public const double UpUnder = 0.6;

    /// <summary>For how long they must stay there.</summary>
    public static readonly TimeSpan UpAfter = TimeSpan.FromSeconds(30);

    private const double FullWeightUpTo = 0.5;
    private const double LeastWeight = 10;

    private readonly Lock _gate = new();
    private bool _down;
    private long? _lowSince;

    /// <summary>The agent's answer, without its line end.</summary>
    /// <param name="load">What the node reports; unknown figures count as 0.</param>
    public string Answer(in LoadSample load)
    {
        var cpu = double.IsNaN(load.Cpu) ? 0 : load.Cpu;
        var memory = double.IsNaN(load.Memory) ? 0 : load.Memory;
        var fullest = Math.Max(cpu, memory);
        lock (_gate)
        {
            _down = _down ? !HasBeenLow(fullest) : fullest >= DownAt;
            if (_down)
                return string.Create(CultureInfo.InvariantCulture, $"down #cpu {cpu:F2} memory {memory:F2}");
        }

        var used = Math.Clamp((fullest - FullWeightUpTo) / (DownAt - FullWeightUpTo), 0, 1);
        return string.Create(CultureInfo.InvariantCulture, $"up {double.Lerp(100, LeastWeight, used):F0}%");
    }

    private bool HasBeenLow(double fullest)
    {
        if (fullest >= UpUnder)
        {
            _lowSince = null;
            return false;
        }

        _lowSince ??= time.GetTimestamp();
        if (time.GetElapsedTime(_lowSince.Value) < UpAfter)
            return false;
        _lowSince = null;
        return true;
    }
}
