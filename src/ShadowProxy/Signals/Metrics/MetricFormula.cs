using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace ShadowProxy.Signals.Metrics;

/// <summary>
/// How a measure is made of metrics: <c>[1 -] term [/ term]</c>. A term is a number, a metric, or <c>count(metric)</c>; see
/// <see cref="Configuration.MetricsOptions"/>. Immutable.
/// </summary>
internal sealed class MetricFormula
{
    private const string Example = "such as 1 - node_cpu_seconds_total{mode=\"idle\"} / node_cpu_seconds_total";

    private readonly bool _isComplement;
    private readonly Term _numerator;
    private readonly Term _denominator;

    private MetricFormula(bool isComplement, Term numerator, Term denominator) =>
        (_isComplement, _numerator, _denominator) = (isComplement, numerator, denominator);

    /// <summary>Reads a formula.</summary>
    /// <param name="text">The formula.</param>
    /// <param name="formula">The formula, or null.</param>
    /// <param name="error">Where not: what is wrong with it, and what would be right.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out MetricFormula? formula, [NotNullWhen(false)] out string? error)
    {
        formula = null;
        var rest = text.AsSpan().Trim();
        var isComplement = rest is ['1', ..] && rest[1..].TrimStart() is ['-', ..];
        if (isComplement)
            rest = rest[1..].TrimStart()[1..];
        error = TakeTerm(ref rest, out var numerator);
        var denominator = Term.One;
        if (error is null && rest is ['/', ..])
        {
            rest = rest[1..];
            error = TakeTerm(ref rest, out denominator);
        }

        if (error is null && !rest.IsEmpty)
            error = $"has '{LoadReportBuilder.Quote(rest)}' behind its end";
        if (error is not null)
        {
            error = $"{error}; must be [1 -] metric [/ metric], {Example}";
            return false;
        }

        formula = new MetricFormula(isComplement, numerator, denominator);
        return true;
    }

    /// <summary>The formula of a text that is known to be right.</summary>
    /// <exception cref="FormatException">It is not.</exception>
    public static MetricFormula Parse(string text) => TryParse(text, out var formula, out var error) ? formula : throw new FormatException(error);

    /// <summary>Looks its metrics up among those that are gathered.</summary>
    public Bound Bind(MetricSelectors selectors) => new(this, _numerator.Bind(selectors), _denominator.Bind(selectors));

    private static string? TakeTerm(ref ReadOnlySpan<char> rest, out Term term)
    {
        rest = rest.TrimStart();
        term = Term.One;
        var end = rest.IndexOf('/') is >= 0 and var slash && rest[..slash].Count('"') % 2 == 0 ? slash : rest.Length;
        if (double.TryParse(rest[..end], NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var number))
        {
            rest = rest[end..];
            term = new Term(number, null, false);
            return number > 0 && double.IsFinite(number) ? null : "has a number that is not above 0";
        }

        var counts = rest.StartsWith("count(");
        if (counts)
            rest = rest["count(".Length..].TrimStart();
        if (TakeSelector(ref rest, out var selector) is { } error)
            return error;
        rest = rest.TrimStart();
        if (counts && rest is not [')', ..])
            return "lacks ) behind count(";
        if (counts)
            rest = rest[1..].TrimStart();
        term = new Term(double.NaN, selector, counts);
        return null;
    }

    /// <summary>A selector is written as the series of a line are, so that it is read like one.</summary>
    private static string? TakeSelector(ref ReadOnlySpan<char> rest, out MetricSelector? selector)
    {
        selector = null;
        var end = rest.IndexOfAny(" \t/){");
        if (end >= 0 && rest[end] == '{')
        {
            var isQuoted = false;
            for (; end < rest.Length && (isQuoted || rest[end] != '}'); end++)
            {
                if (rest[end] == '\\')
                    end++;
                else if (rest[end] == '"')
                    isQuoted = !isQuoted;
            }

            end = Math.Min(end + 1, rest.Length);
        }

        var text = rest[..(end < 0 ? rest.Length : end)];
        if (text.IsEmpty)
            return "lacks a metric";
        if (!ExpositionSample.TryRead($"{text} 1", out var sample, out var error))
            return error;
        selector = new MetricSelector(sample.Name.ToString(), sample.ReadLabels());
        rest = rest[text.Length..];
        return null;
    }

    /// <summary>A formula whose metrics are looked up. Immutable.</summary>
    internal sealed class Bound
    {
        private readonly MetricFormula _formula;
        private readonly int _numerator;
        private readonly int _denominator;

        internal Bound(MetricFormula formula, int numerator, int denominator) => (_formula, _numerator, _denominator) = (formula, numerator, denominator);

        /// <summary>The measure, not below 0; NaN where a metric of it is not known.</summary>
        /// <param name="now">The scrape.</param>
        /// <param name="before">The scrape before; null where this is the first.</param>
        public double Evaluate(MetricTotals now, MetricTotals? before)
        {
            var ratio = _formula._numerator.Evaluate(_numerator, now, before) / _formula._denominator.Evaluate(_denominator, now, before);
            var value = _formula._isComplement ? 1 - ratio : ratio;
            return double.IsFinite(value) ? Math.Max(0, value) : double.NaN;
        }
    }

    private readonly record struct Term(double Number, MetricSelector? Selector, bool Counts)
    {
        public static Term One => new(1, null, false);

        public int Bind(MetricSelectors selectors) => Selector is null ? -1 : selectors.Add(Selector);

        public double Evaluate(int selector, MetricTotals now, MetricTotals? before) => this switch
        {
            { Selector: null } => Number,
            { Counts: true } => now.CountOf(selector) is > 0 and var count ? count : double.NaN,
            _ => now.ValueOf(selector, before),
        };
    }
}
