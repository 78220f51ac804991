using System.Diagnostics.CodeAnalysis;

namespace ShadowProxy.Forwarding.Hedging;

/// <summary>A request as it is sent to a second node.</summary>
internal static class RequestCopy
{
    /// <summary>Copies a request that was made for one node, for another.</summary>
    /// <param name="request">What was sent.</param>
    /// <param name="from">The address of the node that it was made for.</param>
    /// <param name="to">The address of the other one.</param>
    /// <param name="body">The client's body; null where there is none.</param>
    /// <param name="copy">The copy.</param>
    /// <returns>False where the body is not there as a whole, a transform has sent the request elsewhere, or the other address is none.</returns>
    public static bool TryMake(HttpRequestMessage request, string from, string to, RequestBody? body, [NotNullWhen(true)] out HttpRequestMessage? copy)
    {
        copy = null;
        var prefix = from.TrimEnd('/');
        if (request.RequestUri?.OriginalString is not { } uri || !uri.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)
            || !Uri.TryCreate(to.TrimEnd('/') + uri[prefix.Length..], UriKind.Absolute, out var target))
            return false;
        HttpContent? content = null;
        if (body is not null && request.Content is { } sent)
        {
            if (!body.TryGetWhole(out var bytes))
                return false;
            content = new ByteArrayContent(bytes);
            foreach (var header in sent.Headers.NonValidated)
                content.Headers.TryAddWithoutValidation(header.Key, header.Value);
        }

        copy = new HttpRequestMessage(SentMethod.Unmarked(request.Method), target)
        {
            Version = request.Version,
            VersionPolicy = request.VersionPolicy,
            Content = content,
        };
        foreach (var header in request.Headers.NonValidated)
            copy.Headers.TryAddWithoutValidation(header.Key, header.Value);
        return true;
    }
}
