using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ShadowProxy.FunctionalTests.Infrastructure;

/// <summary>A self-signed server certificate, made once a test run.</summary>
internal static class TestCertificate
{
    public static X509Certificate2 Instance { get; } = Create();

    /// <summary>What a client needs to trust this certificate.</summary>
    public static SslClientAuthenticationOptions Trust { get; } = new()
    {
        RemoteCertificateValidationCallback = (_, certificate, _, _) => Instance.Equals(certificate),
    };

    private static X509Certificate2 Create()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddDnsName("*.example.test");
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
    }
}
