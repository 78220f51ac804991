using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ShadowProxy.FunctionalTests.Edge;

/// <summary>The files of one test, in a directory of its own.</summary>
internal sealed class EdgeFiles : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("shadowproxy-").FullName;

    public string ConfigPath => PathOf("shadowproxy.json");

    public string PathOf(string name) => Path.Combine(_directory, name);

    /// <summary>Writes a configuration that sends all requests to the given nodes, on ports that are free.</summary>
    /// <param name="nodes">The nodes' addresses.</param>
    /// <param name="admin">The members of Shadowing:Admin besides Url.</param>
    /// <param name="more">Further members of the root, each with a comma after it.</param>
    /// <param name="endpoint">The members of the one endpoint.</param>
    /// <param name="route">The members of Shadowing:Routes:all.</param>
    /// <param name="metadata">The members of the nodes' metadata.</param>
    /// <param name="adminUrl">Where operators are listened to.</param>
    public string WriteConfig(
        IEnumerable<string> nodes, string admin = "", string more = "", string endpoint = "\"Url\": \"http://127.0.0.1:0\"", string route = "",
        string metadata = "", string adminUrl = "http://127.0.0.1:0")
    {
        var destinations = string.Join(", ", nodes.Select((address, index) => $"\"node{index}\": {{ \"Address\": \"{address}\", \"Metadata\": {{ {metadata} }} }}"));
        return Write($$"""
            {
              {{more}}
              "Kestrel": { "Endpoints": { "Main": { {{endpoint}} } } },
              "ReverseProxy": {
                "Routes": { "all": { "ClusterId": "all", "Match": { "Path": "/{**path}" } } },
                "Clusters": { "all": { "LoadBalancingPolicy": "RoundRobin", "Destinations": { {{destinations}} } } }
              },
              "Shadowing": { "Admin": { "Url": "{{adminUrl}}", {{admin}} }, "Routes": { "all": { {{route}} } } },
              "Shutdown": { "Delay": "00:00:00" }
            }
            """);
    }

    public string Write(string config)
    {
        File.WriteAllText(ConfigPath, config);
        return ConfigPath;
    }

    /// <summary>Writes a certificate for orders.example and its key, tls.crt and tls.key; returns the certificate's thumbprint.</summary>
    public string WriteCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest("CN=orders.example", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100));
        File.WriteAllText(PathOf("tls.crt"), certificate.ExportCertificatePem());
        File.WriteAllText(PathOf("tls.key"), key.ExportPkcs8PrivateKeyPem());
        return certificate.Thumbprint;
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);
}
