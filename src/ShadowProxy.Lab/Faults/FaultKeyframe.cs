namespace ShadowProxy.Lab.Faults;

/// <summary>A level that a backend has reached at a point of the run; between two keyframes the level changes linearly.</summary>
/// <param name="At">Point of the run, as a share of its duration, 0 to 1. Two keyframes at one point are a step.</param>
/// <param name="Level">The level at that point.</param>
public readonly record struct FaultKeyframe(double At, FaultLevel Level);
