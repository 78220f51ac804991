using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ShadowProxy.Benchmarks.Cost.Workloads;

/// <summary>A self-signed certificate (P-256) for loopback, as the PEM files that servers want.</summary>
internal sealed class ServerCertificate
{
    private readonly string _thumbprint;

    private ServerCertificate(string folder, X509Certificate2 certificate, ECDsa key)
    {
        _thumbprint = certificate.Thumbprint;
        var (certificatePem, keyPem) = (certificate.ExportCertificatePem() + "\n", key.ExportPkcs8PrivateKeyPem() + "\n");
        CertificatePath = Write(folder, "tls.crt", certificatePem);
        KeyPath = Write(folder, "tls.key", keyPem);
        BothPath = Write(folder, "tls.pem", certificatePem + keyPem);
    }

    public string CertificatePath { get; }

    public string KeyPath { get; }

    /// <summary>Certificate and key in one file.</summary>
    public string BothPath { get; }

    public static ServerCertificate Create(string folder, TimeProvider time)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        var now = time.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(7));
        return new ServerCertificate(folder, certificate, key);
    }

    public bool Is(X509Certificate? shown) => shown is not null && shown.GetCertHashString() == _thumbprint;

    private static string Write(string folder, string name, string pem)
    {
        var path = Path.Combine(folder, name);
        File.WriteAllText(path, pem);
        return path;
    }
}
