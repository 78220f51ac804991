using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace ShadowProxy.Signatures;

/// <summary>Reads signature templates: <c>template = join *( "|" join )</c>, <c>join = component *( "+" component )</c>; blanks don't count.</summary>
internal static class SignatureTemplateParser
{
    // The characters of a token (RFC 9110, section 5.6.2) save + and |, which mean something here.
    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("!#$%&'*-.^_`~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    private static readonly string[] Words = [.. ComponentGrammar.All.Select(grammar => grammar.Word)];

    /// <inheritdoc cref="SignatureTemplate.TryParse"/>
    public static bool TryParse(
        string text, [NotNullWhen(true)] out SignatureTemplate? template, [NotNullWhen(false)] out string? error)
    {
        template = null;
        List<List<SignatureComponent>> alternatives = [[]];
        for (var start = 0; ;)
        {
            var end = text.AsSpan(start).IndexOfAny('+', '|') is >= 0 and var length ? start + length : text.Length;
            error = ReadComponent(text[start..end], out var component);
            if (error is not null)
            {
                error = $"{error} (at character {start + LeadingBlanks(text[start..end]) + 1})";
                return false;
            }
            alternatives[^1].Add(component);
            if (end == text.Length)
                break;
            if (text[end] == '|')
                alternatives.Add([]);
            start = end + 1;
        }
        if (alternatives.SkipLast(1).FirstOrDefault(components => components.All(component => component.IsAlwaysPresent)) is { } last)
        {
            error = $"'{string.Join(" + ", last)}' is present in every request, so that what follows it is never used: put it last";
            return false;
        }
        template = new SignatureTemplate(alternatives);
        return true;
    }

    private static int LeadingBlanks(string text) => text.Length - text.TrimStart().Length;

    private static string? ReadComponent(string text, out SignatureComponent component)
    {
        component = default;
        text = text.Trim();
        var end = text.AsSpan().IndexOfAny(':', '/');
        var word = end < 0 ? text : text[..end];
        if (word.Length == 0)
            return "a component is missing; such as 'cookie:NAME' would be right";
        if (ComponentGrammar.Find(word) is not { } grammar)
            return $"'{word}' is no component; {Suggest(word)}";
        var argument = end < 0 ? null : text[(end + 1)..];
        if (end >= 0 && text[end] != grammar.Separator)
            return $"'{text}' is not right; {grammar.Usage} would be";
        return grammar.Argument switch
        {
            ComponentArgument.None => ReadNothing(grammar, argument, out component),
            ComponentArgument.Name => ReadName(grammar, argument, out component),
            _ => ReadNumber(grammar, argument, out component),
        };
    }

    private static string? ReadNothing(ComponentGrammar grammar, string? argument, out SignatureComponent component)
    {
        component = new SignatureComponent(grammar.Kind);
        return argument is null ? null : $"'{grammar.Word}' takes no argument, but '{argument}' follows it";
    }

    private static string? ReadName(ComponentGrammar grammar, string? name, out SignatureComponent component)
    {
        component = new SignatureComponent(grammar.Kind, name);
        if (string.IsNullOrEmpty(name))
            return $"'{grammar.Word}' needs a name; {grammar.Usage} would be right";
        return name.AsSpan().ContainsAnyExcept(NameCharacters)
            ? $"'{name}' is no name; letters, digits and !#$%&'*-.^_`~ make one"
            : null;
    }

    private static string? ReadNumber(ComponentGrammar grammar, string? text, out SignatureComponent component)
    {
        component = new SignatureComponent(grammar.Kind);
        if (text is null)
            return null;
        var (least, most) = grammar.Range;
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number < least || number > most)
            return $"'{text}' is no number from {least} to {most}; {grammar.Usage} would be right";
        component = new SignatureComponent(grammar.Kind, number: number);
        return null;
    }

    private static string Suggest(string word) => Spelling.Nearest(word, Words) is { } near
        ? $"'{ComponentGrammar.Find(near)!.Usage}' may be meant"
        : $"one of {string.Join(", ", Words)} would be right";
}
