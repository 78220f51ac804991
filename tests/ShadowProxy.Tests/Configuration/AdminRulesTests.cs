using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ShadowProxy.Configuration;

namespace ShadowProxy.Tests.Configuration;

public sealed class AdminRulesTests : IDisposable
{
    private const string Key = "0123456789abcdef";

    private readonly string _directory = Directory.CreateTempSubdirectory("shadowproxy-").FullName;
    private readonly string _certificate;

    public AdminRulesTests()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest("CN=admin", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100));
        _certificate = Path.Combine(_directory, "admin.pem");
        File.WriteAllText(_certificate, certificate.ExportCertificatePem() + "\n" + key.ExportPkcs8PrivateKeyPem());
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void Check_HttpsWithClientCertificates_NeedsNoKeyAnywhere() =>
        Assert.Empty(Errors(new() { Url = "https://0.0.0.0:9901", CertificateFile = _certificate, ClientCaFile = _certificate }));

    [Fact]
    public void Check_HttpsWithoutClientCertificates_NeedsAKeyOffLoopback()
    {
        Assert.Empty(Errors(new() { Url = "https://127.0.0.1:9901", CertificateFile = _certificate }));
        Assert.Contains("needs Admin:Key", Errors(new() { Url = "https://0.0.0.0:9901", CertificateFile = _certificate }), StringComparison.Ordinal);
        Assert.Empty(Errors(new() { Url = "https://0.0.0.0:9901", CertificateFile = _certificate, Key = Key }));
    }

    [Fact]
    public void Check_CertificateAndUrl_MustFit()
    {
        Assert.Contains("must be an https URL", Errors(new() { CertificateFile = _certificate }), StringComparison.Ordinal);
        Assert.Contains("must be an http URL", Errors(new() { Url = "https://127.0.0.1:9901" }), StringComparison.Ordinal);
        Assert.Contains("needs an https Url", Errors(new() { ClientCaFile = _certificate }), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nowhere.pem")]
    [InlineData("empty.pem")]
    public void Check_FilesThatCannotBeUsed_AreNamed(string name)
    {
        File.WriteAllText(Path.Combine(_directory, "empty.pem"), "");
        var file = Path.Combine(_directory, name);

        var errors = Errors(new() { Url = "https://127.0.0.1:9901", CertificateFile = file, ClientCaFile = file });

        Assert.Contains("Admin:CertificateFile", errors, StringComparison.Ordinal);
        Assert.Contains("Admin:ClientCaFile", errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Check_ReadKeyAlone_WouldLetEverybodyOperate()
    {
        Assert.Contains("everybody may operate", Errors(new() { ReadKey = Key }), StringComparison.Ordinal);
        Assert.Empty(Errors(new() { ReadKey = Key, Key = "fedcba9876543210" }));
    }

    private static string Errors(AdminOptions options)
    {
        var errors = new List<ConfigurationError>();
        AdminRules.Check(options, "Admin", errors);
        return string.Join('\n', errors);
    }
}
