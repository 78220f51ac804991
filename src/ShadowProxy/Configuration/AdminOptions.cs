namespace ShadowProxy.Configuration;

/// <summary>The operators' listener: <c>/admin</c>, <c>/metrics</c> and <c>/health</c>.</summary>
public sealed class AdminOptions
{
    /// <summary>Where it listens.</summary>
    /// <value>An http URL with a port; on an address other than loopback a <see cref="Key"/> is required. Default: <c>http://127.0.0.1:9901</c>. Empty: no listener.</value>
    public string Url { get; set; } = "http://127.0.0.1:9901";

    /// <summary>The key that callers of <c>/admin</c> present as <c>Authorization: Bearer</c>.</summary>
    /// <value>16 characters or more. Default: none, which only loopback allows.</value>
    [Secret]
    public string? Key { get; set; }

    /// <summary>A file whose content is the <see cref="Key"/>, for mounted secrets.</summary>
    public string? KeyFile { get; set; }

    /// <summary>A listener of their own for <c>/metrics</c> and <c>/health</c>, which may stand on any address without a key.</summary>
    /// <value>An http URL with a port. Default: none; both are served at <see cref="Url"/>.</value>
    public string? MetricsUrl { get; set; }
}
