using System.Globalization;

namespace ShadowProxy.Signals.AgentCheck;

/// <summary>
/// A line of an agent as HAProxy's <c>agent-check</c> has it (HAProxy 2.6 configuration manual, 5.2): words in any order, set apart by spaces,
/// tabs or commas, in any case; of each category the last word counts; what follows a <c>#</c> at a word's beginning is a description.
/// <c>weight:N</c> goes beyond HAProxy 2.6.
/// </summary>
internal readonly record struct AgentReply
{
    /// <summary>HAProxy's highest weight.</summary>
    public const int MostWeight = 256;

    private const string WeightPrefix = "weight:";
    private const string LimitPrefix = "maxconn:";
    private const int MostTold = 120;

    /// <summary><c>up</c>, <c>down</c>, <c>stopped</c> or <c>fail</c>; null where none of them was said.</summary>
    public AgentOperation? Operation { get; private init; }

    /// <summary><c>ready</c>, <c>drain</c> or <c>maint</c>; null where none of them was said.</summary>
    public AgentAdministration? Administration { get; private init; }

    /// <summary><c>N%</c>: the part of its weight that the node wants, 0 and up; null where not said.</summary>
    public double? Share { get; private init; }

    /// <summary><c>weight:N</c>, 0 to 256; null where not said. Of one category with <see cref="Share"/>: at most one of them is set.</summary>
    public int? Weight { get; private init; }

    /// <summary><c>maxconn:N</c>; 0 = no limit; null where not said.</summary>
    public int? MaxConnections { get; private init; }

    /// <summary>What follows the <c>#</c>, as printable ASCII and at most 120 characters; empty where nothing does.</summary>
    public string Description { get; private init; }

    /// <summary>The first word that is unknown or malformed, likewise; null where all are understood.</summary>
    public string? Unknown { get; private init; }

    /// <summary>Reads a line, without its end. No line is an error.</summary>
    public static AgentReply Parse(ReadOnlySpan<char> line)
    {
        var reply = new AgentReply { Description = "" };
        while (true)
        {
            line = line.TrimStart(" \t,");
            if (line.IsEmpty)
                return reply;
            if (line[0] == '#')
                return reply with { Description = Tell(line[1..]) };
            var end = line.IndexOfAny(' ', '\t', ',');
            var word = end < 0 ? line : line[..end];
            reply = reply.With(word);
            line = line[word.Length..];
        }
    }

    private AgentReply With(ReadOnlySpan<char> word) =>
        TryName<AgentOperation>(word, out var operation) ? this with { Operation = operation }
        : TryName<AgentAdministration>(word, out var administration) ? this with { Administration = administration }
        : WithNumber(word);

    private AgentReply WithNumber(ReadOnlySpan<char> word)
    {
        if (word[^1] == '%' && TryCount(word[..^1], out var percent))
            return this with { Share = percent / 100.0, Weight = null };
        if (word.StartsWith(WeightPrefix, StringComparison.OrdinalIgnoreCase) && TryCount(word[WeightPrefix.Length..], out var weight) && weight <= MostWeight)
            return this with { Share = null, Weight = weight };
        if (word.StartsWith(LimitPrefix, StringComparison.OrdinalIgnoreCase) && TryCount(word[LimitPrefix.Length..], out var most))
            return this with { MaxConnections = most };
        return Unknown is null ? this with { Unknown = Tell(word) } : this;
    }

    private static bool TryName<T>(ReadOnlySpan<char> word, out T value)
        where T : struct, Enum
    {
        foreach (var candidate in Enum.GetValues<T>())
        {
            if (!word.Equals(candidate.ToString(), StringComparison.OrdinalIgnoreCase))
                continue;
            value = candidate;
            return true;
        }

        value = default;
        return false;
    }

    private static bool TryCount(ReadOnlySpan<char> digits, out int count) =>
        int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out count);

    // It comes from the network, and is shown in logs and on pages.
    private static string Tell(ReadOnlySpan<char> text)
    {
        text = text.Trim(" \t");
        return string.Create(Math.Min(text.Length, MostTold), text, static (told, text) =>
        {
            for (var i = 0; i < told.Length; i++)
                told[i] = text[i] is >= ' ' and <= '~' ? text[i] : '?';
        });
    }
}

/// <summary>Whether the service runs.</summary>
internal enum AgentOperation
{
    /// <summary>It does.</summary>
    Up,

    /// <summary>It does not.</summary>
    Down,

    /// <summary>It was stopped on purpose.</summary>
    Stopped,

    /// <summary>It runs, and fails.</summary>
    Fail,
}

/// <summary>What the node's operator wants of it.</summary>
internal enum AgentAdministration
{
    /// <summary>It is to serve.</summary>
    Ready,

    /// <summary>Its flows are to leave.</summary>
    Drain,

    /// <summary>It is being worked on.</summary>
    Maint,
}
