using System.Collections.Immutable;

namespace ShadowProxy.Lab.Faults;

/// <summary>A named course of events for a set of backends, fixed by its seed. Immutable.</summary>
public sealed class Scenario
{
    private readonly FaultScript _well;
    private readonly FaultScript _script;

    internal Scenario(string name, string description, int? sickBackend, TimeSpan duration, ImmutableArray<FaultKeyframe> keyframes)
    {
        Name = name;
        Description = description;
        SickBackend = sickBackend;
        _well = new FaultScript(duration, []);
        _script = new FaultScript(duration, keyframes.AsSpan());
    }

    /// <summary>The name, as in <see cref="Scenarios.Names"/>.</summary>
    public string Name { get; }

    /// <summary>What happens, in one sentence.</summary>
    public string Description { get; }

    /// <summary>Index of the one backend that falls ill; null where all share their fate.</summary>
    public int? SickBackend { get; }

    /// <summary>When the sick backend shows its first symptom, by its script; null where none stands out.</summary>
    public TimeSpan? FirstSymptom => SickBackend is { } sick ? For(sick).FirstSymptom : null;

    /// <summary>What befalls a backend.</summary>
    /// <param name="backend">Its index, from 0.</param>
    public FaultScript For(int backend)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(backend);
        return SickBackend is null || SickBackend == backend ? _script : _well;
    }
}
