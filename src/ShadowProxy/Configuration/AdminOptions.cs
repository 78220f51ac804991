namespace ShadowProxy.Configuration;

/// <summary>The operators' listener: <c>/admin</c>, the live page, <c>/metrics</c> and <c>/health</c>.</summary>
public sealed class AdminOptions
{
    /// <summary>Where it listens.</summary>
    /// <value>
    /// An http or https URL with a port; on an address other than loopback a <see cref="Key"/> or a <see cref="ClientCaFile"/> is required.
    /// Default: <c>http://127.0.0.1:9901</c>. Empty: no listener.
    /// </value>
    public string Url { get; set; } = "http://127.0.0.1:9901";

    /// <summary>The key of those who operate, presented as <c>Authorization: Bearer</c>.</summary>
    /// <value>16 characters or more. Default: none, which only loopback allows.</value>
    [Secret]
    public string? Key { get; set; }

    /// <summary>A file whose content is the <see cref="Key"/>, for mounted secrets.</summary>
    public string? KeyFile { get; set; }

    /// <summary>The key of those who may look and change nothing.</summary>
    /// <value>16 characters or more. Default: none.</value>
    [Secret]
    public string? ReadKey { get; set; }

    /// <summary>A file whose content is the <see cref="ReadKey"/>, for mounted secrets.</summary>
    public string? ReadKeyFile { get; set; }

    /// <summary>The certificate of an https <see cref="Url"/>: a PEM file, intermediate certificates after it.</summary>
    public string? CertificateFile { get; set; }

    /// <summary>The certificate's private key: a PEM file.</summary>
    /// <value>Default: it stands in <see cref="CertificateFile"/>.</value>
    public string? CertificateKeyFile { get; set; }

    /// <summary>
    /// The authorities whose client certificates may operate: a PEM file. Callers of <c>/admin</c> must then have such a certificate, and a key besides
    /// where there is one.
    /// </summary>
    public string? ClientCaFile { get; set; }

    /// <summary>A listener of their own for <c>/metrics</c> and <c>/health</c>, which may stand on any address without a key.</summary>
    /// <value>An http URL with a port. Default: none; both are served at <see cref="Url"/>.</value>
    public string? MetricsUrl { get; set; }
}
