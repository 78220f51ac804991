using System.Collections.Frozen;
using System.Globalization;
using System.Net.Http.Headers;
using Microsoft.Net.Http.Headers;
using ShadowProxy.Signatures;

namespace ShadowProxy.Forwarding;

/// <summary>
/// The facts that the client's next request will have: those of this request, with the cookies that the response sets in place of its own.
/// </summary>
/// <param name="facts">The facts of this request.</param>
/// <param name="response">The response to it.</param>
/// <param name="now">The time by which cookies have expired or not.</param>
internal readonly struct LearnedFlowFacts(HttpFlowFacts facts, HttpResponseMessage response, DateTimeOffset now) : IFlowFacts
{
    private readonly HttpFlowFacts _facts = facts;

    /// <summary>Computes the signature that a response gives to its client, if it gives one.</summary>
    /// <param name="template">The route's template.</param>
    /// <param name="facts">The facts of the request.</param>
    /// <param name="response">The response. Without a Set-Cookie header, one look at it is all that this costs.</param>
    /// <param name="now">The time by which cookies have expired or not.</param>
    /// <param name="key">The secret.</param>
    /// <param name="scope">A hash of the cluster.</param>
    /// <param name="signature">The signature of the client's next request.</param>
    /// <returns>
    /// False where the response sets no cookie that the next request's signature rests on. A deleted cookie, or one set to nothing, gives none.
    /// </returns>
    public static bool TryCompute(
        SignatureTemplate template, HttpFlowFacts facts, HttpResponseMessage response, DateTimeOffset now, in SignatureKey key, ulong scope,
        out Signature signature)
    {
        signature = default;
        if (!template.HasCookies || !response.Headers.NonValidated.TryGetValues(HeaderNames.SetCookie, out var headers))
            return false;
        if (!SetsAny(headers, template, alternative: null))
            return false;
        var learned = new LearnedFlowFacts(facts, response, now);
        var alternative = template.Compute(ref learned, in key, scope, out signature);
        return SetsAny(headers, template, alternative);
    }

    /// <inheritdoc/>
    public bool TryAppend(in SignatureComponent component, ref SipHash128 hash) =>
        component.Kind == ComponentKind.Cookie && FindSetCookie(component.Name) is { } header
            ? !IsExpired(header) && HttpFlowFacts.TryAppend(ValueOf(header), ref hash)
            : _facts.TryAppend(in component, ref hash);

    /// <inheritdoc/>
    public int FindFirstCookie(FrozenDictionary<string, int> names, int none) => 0;

    private static bool SetsAny(HeaderStringValues headers, SignatureTemplate template, int? alternative)
    {
        foreach (var header in headers)
        {
            var name = NameOf(header);
            if (alternative is { } index ? template.NamesCookie(index, name) : template.NamesCookie(name))
                return true;
        }
        return false;
    }

    // The last one stands, as in a browser.
    private string? FindSetCookie(ReadOnlySpan<char> name)
    {
        string? found = null;
        if (response.Headers.NonValidated.TryGetValues(HeaderNames.SetCookie, out var headers))
        {
            foreach (var header in headers)
            {
                if (NameOf(header).SequenceEqual(name))
                    found = header;
            }
        }
        return found;
    }

    private static ReadOnlySpan<char> NameOf(ReadOnlySpan<char> header) =>
        header.IndexOf('=') is >= 0 and var end ? header[..end].Trim() : [];

    private static ReadOnlySpan<char> ValueOf(ReadOnlySpan<char> header)
    {
        var value = header[(header.IndexOf('=') + 1)..];
        return (value.IndexOf(';') is >= 0 and var end ? value[..end] : value).Trim().Trim('"');
    }

    // Max-Age goes before Expires; an attribute that cannot be read does not count (RFC 6265, sections 4.1.2.2 and 5.2).
    private bool IsExpired(string header)
    {
        var byDate = false;
        foreach (var range in header.AsSpan().Split(';'))
        {
            var attribute = header.AsSpan(range).Trim();
            var value = ValueOf(attribute);
            if (NameOf(attribute).Equals("Max-Age", StringComparison.OrdinalIgnoreCase)
                && long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var seconds))
                return seconds <= 0;
            if (NameOf(attribute).Equals("Expires", StringComparison.OrdinalIgnoreCase)
                && HeaderUtilities.TryParseDate(value.ToString(), out var date))
                byDate = date <= now;
        }
        return byDate;
    }
}
