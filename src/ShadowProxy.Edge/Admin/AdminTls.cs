using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using ShadowProxy.Configuration;

namespace ShadowProxy.Edge.Admin;

/// <summary>The certificates of the operators' listener.</summary>
internal static class AdminTls
{
    private static readonly Oid ClientAuthentication = new("1.3.6.1.5.5.7.3.2");

    public static void Configure(HttpsConnectionAdapterOptions https, AdminOptions options)
    {
        (https.ServerCertificate, https.ServerCertificateChain) = AdminCertificates.ReadOwn(options);
        if (options.ClientCaFile is null)
            return;
        var authorities = AdminCertificates.ReadAuthorities(options);
        // Not required of every connection: /metrics and /health ask for none. One that is shown must be right.
        https.ClientCertificateMode = ClientCertificateMode.AllowCertificate;
        https.ClientCertificateValidation = (certificate, sent, _) => IsTrusted(certificate, sent?.ChainPolicy.ExtraStore ?? [], authorities);
    }

    private static bool IsTrusted(X509Certificate2 certificate, X509Certificate2Collection sent, X509Certificate2Collection authorities)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(authorities);
        chain.ChainPolicy.ExtraStore.AddRange(sent);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.ApplicationPolicy.Add(ClientAuthentication);
        return chain.Build(certificate);
    }
}
