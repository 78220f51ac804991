using System.Globalization;
using ShadowProxy.Signals;
using ShadowProxy.Signals.Metrics;
using ShadowProxy.Signatures;

namespace ShadowProxy.Configuration;

/// <summary>A rule that an option's value obeys, beyond its type.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal abstract class ValueRuleAttribute : Attribute
{
    /// <summary>What is wrong with a value and what would be right; null where nothing is.</summary>
    public abstract string? Problem(object value);
}

/// <summary>A duration within a range, written as <c>[d.]hh:mm:ss</c>.</summary>
internal sealed class DurationAttribute(string least, string most) : ValueRuleAttribute
{
    public TimeSpan Least { get; } = TimeSpan.ParseExact(least, "c", CultureInfo.InvariantCulture);

    public TimeSpan Most { get; } = TimeSpan.ParseExact(most, "c", CultureInfo.InvariantCulture);

    /// <summary>True where zero is allowed too and switches something off.</summary>
    public bool OrZero { get; init; }

    public override string? Problem(object value) =>
        (TimeSpan)value is var duration && ((duration >= Least && duration <= Most) || (OrZero && duration == TimeSpan.Zero))
            ? null
            : $"must lie between {Least:c} and {Most:c}{(OrZero ? ", or be 00:00:00" : "")}";
}

/// <summary>A whole number within a range.</summary>
internal sealed class CountAttribute(int least, int most) : ValueRuleAttribute
{
    public int Least { get; } = least;

    public int Most { get; } = most;

    public override string? Problem(object value) =>
        (int)value >= Least && (int)value <= Most ? null : $"must lie between {Least} and {Most}";
}

/// <summary>A secret: long enough, and never shown.</summary>
internal sealed class SecretAttribute : ValueRuleAttribute
{
    public const int LeastLength = 16;

    public const string TooShort = "must have 16 characters or more";

    public override string? Problem(object value) => ((string)value).Length >= LeastLength ? null : TooShort;
}

/// <summary>A signature template.</summary>
internal sealed class TemplateAttribute : ValueRuleAttribute
{
    public override string? Problem(object value) => SignatureTemplate.TryParse((string)value, out _, out var error) ? null : error;
}

/// <summary>A formula of metrics.</summary>
internal sealed class MetricFormulaAttribute : ValueRuleAttribute
{
    public override string? Problem(object value) => MetricFormula.TryParse((string)value, out _, out var error) ? null : error;
}

/// <summary>The path of a request.</summary>
internal sealed class RequestPathAttribute : ValueRuleAttribute
{
    public override string? Problem(object value) =>
        ((string)value).StartsWith('/') ? null : "must be a path that starts with /, such as /health";
}

/// <summary>A text of a limited length.</summary>
internal sealed class TextLengthAttribute(int most) : ValueRuleAttribute
{
    public int Most { get; } = most;

    public override string? Problem(object value) => ((string)value).Length <= Most ? null : $"must have {Most} characters or fewer";
}

/// <summary>HTTP statuses.</summary>
internal sealed class StatusesAttribute : ValueRuleAttribute
{
    public override string? Problem(object value) =>
        StatusSet.Parse((string)value) is null ? "must be HTTP statuses and ranges of them, such as 200-299, 401" : null;
}
