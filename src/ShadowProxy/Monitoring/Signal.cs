using System.Runtime.CompilerServices;

namespace ShadowProxy.Monitoring;

/// <summary>What the monitor watches of a node. All values rise with trouble.</summary>
internal enum Signal
{
    /// <summary>Reported CPU utilisation, 0 and up, per unit of traffic.</summary>
    Cpu,

    /// <summary>Reported memory utilisation, 0 to 1.</summary>
    Memory,

    /// <summary>The application's own measure of how full it is, 0 and up, per unit of traffic.</summary>
    Application,

    /// <summary>The mean logarithm of latency over the route's norm, waiting requests included.</summary>
    Latency,

    /// <summary>The share of very slow answers, waiting requests included.</summary>
    Tail,

    /// <summary>The share of failures.</summary>
    Errors,
}

/// <summary>Facts about the signals.</summary>
internal static class Signals
{
    /// <summary>How many signals there are.</summary>
    public const int Count = 6;

    private static readonly string[] Names = ["cpu", "memory", "application", "latency", "slow-answers", "errors"];

    /// <summary>The signal as logs and the API spell it.</summary>
    public static string Name(this Signal signal) => Names[(int)signal];

    /// <summary>Whether it says that users are served badly, rather than that the node is loaded.</summary>
    public static bool IsHarm(this Signal signal) => signal >= Signal.Latency;

    /// <summary>How far a harm signal is presumed to stray before that has been measured: as it does on small nodes with queues.</summary>
    public static double PresumedSpread(this Signal signal) => signal switch
    {
        Signal.Latency => 0.25,
        Signal.Tail => 0.03,
        Signal.Errors => 0.02,
        _ => 0,
    };
}

/// <summary>One value a signal; NaN = unknown.</summary>
[InlineArray(Signals.Count)]
internal struct SignalVector
{
    private double _first;

    /// <summary>All unknown.</summary>
    public static SignalVector Unknown
    {
        get
        {
            var vector = new SignalVector();
            ((Span<double>)vector).Fill(double.NaN);
            return vector;
        }
    }
}
