namespace ShadowProxy.Lab.Faults;

/// <summary>How ill a backend is at one moment.</summary>
/// <param name="Cpu">CPU utilisation that it reports while it serves its fair share of the traffic, 0 to 1.</param>
/// <param name="Memory">Memory utilisation that it reports, 0 to 1; does not fall when traffic leaves.</param>
/// <param name="ExtraDelayMs">Added to every answer, in milliseconds.</param>
/// <param name="ErrorRate">Share of requests answered by 503, 0 to 1.</param>
/// <param name="SlowRate">Share of requests, drawn at random, that are <paramref name="SlowMs"/> late, 0 to 1.</param>
/// <param name="SlowMs">What the requests of <paramref name="SlowRate"/> and <paramref name="SlowSessions"/> are late by, in milliseconds.</param>
/// <param name="SlowSessions">Share of sessions, chosen by a hash of their cookie, of which every request is late, 0 to 1.</param>
/// <param name="HangRate">Share of requests that are never answered, 0 to 1.</param>
/// <param name="Crashed">The process is gone.</param>
public readonly record struct FaultLevel(
    double Cpu,
    double Memory,
    double ExtraDelayMs = 0,
    double ErrorRate = 0,
    double SlowRate = 0,
    double SlowMs = 0,
    double SlowSessions = 0,
    double HangRate = 0,
    bool Crashed = false)
{
    /// <summary>A well backend under its fair share of the traffic: CPU 0.30, memory 0.40, no fault.</summary>
    public static FaultLevel Normal { get; } = new(Cpu: 0.30, Memory: 0.40);

    /// <summary>The level at a share <paramref name="t"/> (0 to 1) of the way from one to another; a crash comes only at its end.</summary>
    internal static FaultLevel Lerp(in FaultLevel from, in FaultLevel to, double t) => new(
        double.Lerp(from.Cpu, to.Cpu, t),
        double.Lerp(from.Memory, to.Memory, t),
        double.Lerp(from.ExtraDelayMs, to.ExtraDelayMs, t),
        double.Lerp(from.ErrorRate, to.ErrorRate, t),
        double.Lerp(from.SlowRate, to.SlowRate, t),
        double.Lerp(from.SlowMs, to.SlowMs, t),
        double.Lerp(from.SlowSessions, to.SlowSessions, t),
        double.Lerp(from.HangRate, to.HangRate, t),
        t < 1 ? from.Crashed : to.Crashed);
}
