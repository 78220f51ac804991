using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;

namespace ShadowProxy.Signatures;

/// <summary>
/// Which facts of a request make it part of one flow. <c>a + b</c> joins components, all of which must be present; <c>a | b</c> takes the
/// first alternative that is. Where none is, the connection stands in. Immutable, and safe for all threads.
/// </summary>
internal sealed class SignatureTemplate
{
    private static readonly SignatureComponent[] Connection = [new(ComponentKind.Connection)];

    private readonly SignatureComponent[][] _alternatives;

    /// <summary>The cookies that are an alternative each, before any other alternative.</summary>
    private readonly FrozenDictionary<string, int> _leadingCookies;

    /// <summary>Makes a template of alternatives, each of components to join.</summary>
    public SignatureTemplate(IEnumerable<IEnumerable<SignatureComponent>> alternatives)
    {
        _alternatives = [.. alternatives.Select(components => components.ToArray())];
        _leadingCookies = _alternatives
            .TakeWhile(components => components is [{ Kind: ComponentKind.Cookie }])
            .Select((components, index) => (Name: components[0].Name!, Index: index))
            .DistinctBy(cookie => cookie.Name)
            .ToFrozenDictionary(cookie => cookie.Name, cookie => cookie.Index, StringComparer.Ordinal);
        HasCookies = _alternatives.Any(components => components.Any(component => component.Kind == ComponentKind.Cookie));
    }

    /// <summary>The session cookies of well-known frameworks, then the Authorization header, then the connection.</summary>
    public static SignatureTemplate Default { get; } = new(
    [
        .. new[]
        {
            ".AspNetCore.Session", "ASP.NET_SessionId", "JSESSIONID", "PHPSESSID", "connect.sid", "laravel_session",
            "sessionid", "session_id", "SESSION", "sid", "session",
        }.Select(name => new[] { new SignatureComponent(ComponentKind.Cookie, name) }),
        [new SignatureComponent(ComponentKind.Header, "Authorization")],
        Connection,
    ]);

    /// <summary>True where a cookie is among the components, so that responses can change a client's signature.</summary>
    public bool HasCookies { get; }

    /// <summary>Reads a template.</summary>
    /// <param name="text">For instance <c>cookie:sid | header:Authorization + http.host | connection</c>.</param>
    /// <param name="template">The template, or null.</param>
    /// <param name="error">Where not: what stands where, and what would be right.</param>
    public static bool TryParse(
        string text, [NotNullWhen(true)] out SignatureTemplate? template, [NotNullWhen(false)] out string? error) =>
        SignatureTemplateParser.TryParse(text, out template, out error);

    /// <summary>Computes the signature of a request.</summary>
    /// <param name="facts">Its facts.</param>
    /// <param name="key">The secret.</param>
    /// <param name="scope">A hash of the cluster: signatures of two clusters have nothing in common.</param>
    /// <param name="signature">The signature; equal facts of equal components give equal signatures, whichever template they came from.</param>
    /// <returns>The index of the alternative used; -1 where none was present and the connection stood in.</returns>
    public int Compute<TFacts>(ref TFacts facts, in SignatureKey key, ulong scope, out Signature signature)
        where TFacts : struct, IFlowFacts, allows ref struct
    {
        var beginning = new SipHash128(in key);
        beginning.Append(scope);
        var first = _leadingCookies.Count > 1 ? facts.FindFirstCookie(_leadingCookies, none: _leadingCookies.Count) : 0;
        for (var index = first; index < _alternatives.Length; index++)
        {
            var hash = beginning;
            if (!TryAppend(_alternatives[index], ref facts, ref hash))
                continue;
            signature = hash.Finish();
            return index;
        }
        _ = TryAppend(Connection, ref facts, ref beginning);
        signature = beginning.Finish();
        return -1;
    }

    /// <summary>Its alternatives, in their canonical spelling.</summary>
    public IReadOnlyList<string> Alternatives => [.. _alternatives.Select(components => string.Join(" + ", components))];

    /// <summary>Computes the signature of a request that is known to be identified by one alternative.</summary>
    /// <returns>False where one of its facts is absent.</returns>
    public bool TryCompute<TFacts>(int alternative, ref TFacts facts, in SignatureKey key, ulong scope, out Signature signature)
        where TFacts : struct, IFlowFacts, allows ref struct
    {
        var hash = new SipHash128(in key);
        hash.Append(scope);
        var computed = TryAppend(_alternatives[alternative], ref facts, ref hash);
        signature = computed ? hash.Finish() : default;
        return computed;
    }

    /// <summary>True where the alternative rests on facts of the connection alone, as -1 does.</summary>
    public bool IsConnection(int alternative) =>
        alternative < 0 || Array.TrueForAll(_alternatives[alternative], component => component.IsOfConnection);

    /// <summary>True where the cookie is a component.</summary>
    public bool NamesCookie(ReadOnlySpan<char> name)
    {
        for (var alternative = 0; HasCookies && alternative < _alternatives.Length; alternative++)
        {
            if (NamesCookie(alternative, name))
                return true;
        }
        return false;
    }

    /// <summary>True where the cookie is a component of the alternative.</summary>
    public bool NamesCookie(int alternative, ReadOnlySpan<char> name)
    {
        foreach (ref readonly var component in alternative < 0 ? [] : _alternatives[alternative].AsSpan())
        {
            if (component.Kind == ComponentKind.Cookie && name.SequenceEqual(component.Name))
                return true;
        }
        return false;
    }

    /// <summary>The template in its canonical spelling.</summary>
    public override string ToString() => string.Join(" | ", Alternatives);

    // Each value is followed by its component and its length: read from the end, no two lists of components and values are the same bytes,
    // and what is not there costs no hashing.
    private static bool TryAppend<TFacts>(ReadOnlySpan<SignatureComponent> components, ref TFacts facts, ref SipHash128 hash)
        where TFacts : struct, IFlowFacts, allows ref struct
    {
        foreach (ref readonly var component in components)
        {
            var start = hash.Length;
            if (!facts.TryAppend(in component, ref hash))
                return false;
            var length = hash.Length - start;
            hash.Append(component.Id);
            hash.Append((ulong)length);
        }
        return true;
    }
}
