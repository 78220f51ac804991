using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace ShadowProxy.Signatures;

/// <summary>One component of a signature template: a kind and, for some kinds, a name or a number.</summary>
internal readonly record struct SignatureComponent
{
    /// <summary>The number of a component that was given none.</summary>
    public const int Whole = int.MaxValue;

    /// <summary>Makes a component.</summary>
    /// <param name="kind">Which fact.</param>
    /// <param name="name">The name of the header, cookie or query parameter.</param>
    /// <param name="number">How many leading bits of the address or segments of the path count.</param>
    public SignatureComponent(ComponentKind kind, string? name = null, int number = Whole)
    {
        Kind = kind;
        Name = name;
        Number = number;
        var text = kind == ComponentKind.Header ? ToString().ToLowerInvariant() : ToString();
        Id = BinaryPrimitives.ReadUInt64LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }

    /// <summary>Which fact.</summary>
    public ComponentKind Kind { get; }

    /// <summary>The name of the header, cookie or query parameter; null for other kinds.</summary>
    public string? Name { get; }

    /// <summary>
    /// The leading bits of an address that count (an IPv4 address has 32, an IPv6 address 128, more than there are is all), or the
    /// leading segments of a path; else, and for all of them, <see cref="Whole"/>.
    /// </summary>
    public int Number { get; }

    /// <summary>
    /// What stands for the component in the hash: the same for the same component in whichever template, different for any other, so
    /// that equal values of two facts make two signatures.
    /// </summary>
    public ulong Id { get; }

    /// <summary>True for a fact of the connection, which all its requests share.</summary>
    public bool IsOfConnection => Kind is ComponentKind.Connection or ComponentKind.ClientAddress or ComponentKind.ClientPort
        or ComponentKind.LocalPort or ComponentKind.TlsSni or ComponentKind.TlsJa4;

    /// <summary>True for a fact that no request is without.</summary>
    public bool IsAlwaysPresent => Kind is ComponentKind.Connection or ComponentKind.HttpMethod or ComponentKind.Route;

    /// <summary>The component as a template spells it.</summary>
    public override string ToString()
    {
        var grammar = ComponentGrammar.Of(Kind);
        return Name is not null ? $"{grammar.Word}:{Name}"
            : Number != Whole ? string.Create(CultureInfo.InvariantCulture, $"{grammar.Word}{grammar.Separator}{Number}")
            : grammar.Word;
    }
}
