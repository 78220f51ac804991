namespace ShadowProxy.Lab.Summary;

/// <summary>The same seeded scenario, once through ShadowProxy and once through plain YARP.</summary>
/// <param name="Scenario">The scenario's name.</param>
/// <param name="Seed">The seed of load and faults.</param>
/// <param name="Shadowing">What it came to through ShadowProxy; null where it was stopped before.</param>
/// <param name="Plain">What it came to through plain YARP.</param>
public sealed record ComparisonSummary(string Scenario, int Seed, RunSummary? Shadowing, RunSummary Plain);
