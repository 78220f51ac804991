using System.Collections.Frozen;
using System.Globalization;
using System.Net;
using ShadowProxy.Signatures;

namespace ShadowProxy.Forwarding;

/// <summary>Facts that an operator knows of a request, by the components that they belong to: see <see cref="Telemetry.FlowQuery.Facts"/>.</summary>
/// <param name="routeId">The id of the route.</param>
/// <param name="given">The facts.</param>
internal readonly struct GivenFlowFacts(string routeId, IReadOnlyDictionary<string, string> given) : IFlowFacts
{
    /// <inheritdoc/>
    public bool TryAppend(in SignatureComponent component, ref SipHash128 hash)
    {
        if (component.Kind == ComponentKind.Route)
            return HttpFlowFacts.TryAppend(routeId, ref hash);
        if (Find(component) is not { } value)
            return false;
        return component.Kind switch
        {
            ComponentKind.ClientAddress => IPAddress.TryParse(value, out var address) && HttpFlowFacts.TryAppendAddress(address, component.Number, ref hash),
            ComponentKind.ClientPort or ComponentKind.LocalPort =>
                int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && HttpFlowFacts.TryAppendPort(port, ref hash),
            ComponentKind.TlsSni or ComponentKind.HttpHost => HttpFlowFacts.TryAppendLowerCase(value, ref hash),
            ComponentKind.HttpPath => HttpFlowFacts.TryAppend(HttpFlowFacts.LeadingSegments(value, component.Number), ref hash),
            ComponentKind.Cookie => HttpFlowFacts.TryAppend(value.AsSpan().Trim('"'), ref hash),
            _ => HttpFlowFacts.TryAppend(value, ref hash),
        };
    }

    /// <inheritdoc/>
    public int FindFirstCookie(FrozenDictionary<string, int> names, int none) => 0;

    private string? Find(in SignatureComponent component)
    {
        var word = ComponentGrammar.Of(component.Kind).Word;
        var full = component.Name is { } name ? $"{word}:{name}" : word;
        var comparison = component.Kind is ComponentKind.Cookie or ComponentKind.Query ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase;
        foreach (var (key, value) in given)
        {
            if (key.Equals(full, comparison) || key.Equals(word, StringComparison.OrdinalIgnoreCase))
                return value.Trim();
        }

        return null;
    }
}
