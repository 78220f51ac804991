namespace ShadowProxy.Signatures;

/// <summary>How a template spells a kind of component.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Word">Its word.</param>
/// <param name="Argument">What may or must follow.</param>
internal sealed record ComponentGrammar(ComponentKind Kind, string Word, ComponentArgument Argument)
{
    /// <summary>All kinds, in the order of <see cref="ComponentKind"/>.</summary>
    public static IReadOnlyList<ComponentGrammar> All { get; } =
    [
        new(ComponentKind.Connection, "connection", ComponentArgument.None),
        new(ComponentKind.ClientAddress, "client.address", ComponentArgument.Prefix),
        new(ComponentKind.ClientPort, "client.port", ComponentArgument.None),
        new(ComponentKind.LocalPort, "local.port", ComponentArgument.None),
        new(ComponentKind.TlsSni, "tls.sni", ComponentArgument.None),
        new(ComponentKind.TlsJa4, "tls.ja4", ComponentArgument.None),
        new(ComponentKind.HttpHost, "http.host", ComponentArgument.None),
        new(ComponentKind.HttpMethod, "http.method", ComponentArgument.None),
        new(ComponentKind.HttpPath, "http.path", ComponentArgument.Segments),
        new(ComponentKind.Header, "header", ComponentArgument.Name),
        new(ComponentKind.Cookie, "cookie", ComponentArgument.Name),
        new(ComponentKind.Query, "query", ComponentArgument.Name),
        new(ComponentKind.Route, "route", ComponentArgument.None),
    ];

    /// <summary>What stands between the word and its argument.</summary>
    public char Separator => Argument == ComponentArgument.Prefix ? '/' : ':';

    /// <summary>The smallest and the largest number that may be its argument.</summary>
    public (int Least, int Most) Range => Argument == ComponentArgument.Prefix ? (0, 128) : (1, 32);

    /// <summary>What is right, for an error message.</summary>
    public string Usage => Argument switch
    {
        ComponentArgument.Name => $"{Word}:NAME",
        ComponentArgument.Prefix => $"{Word} or {Word}/BITS with 0 to 128 bits (an IPv4 address has 32)",
        ComponentArgument.Segments => $"{Word} or {Word}:SEGMENTS with 1 to 32 segments",
        _ => Word,
    };

    /// <summary>The grammar of a kind.</summary>
    public static ComponentGrammar Of(ComponentKind kind) => All[(int)kind];

    /// <summary>The grammar of a word, or null where it is none.</summary>
    public static ComponentGrammar? Find(string word) => All.FirstOrDefault(grammar => grammar.Word == word);
}

/// <summary>What may follow the word of a component.</summary>
internal enum ComponentArgument
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>A name must.</summary>
    Name,

    /// <summary>A number of leading bits may.</summary>
    Prefix,

    /// <summary>A number of leading segments may.</summary>
    Segments,
}
