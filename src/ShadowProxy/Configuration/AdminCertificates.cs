using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ShadowProxy.Configuration;

/// <summary>The certificates of the operators' listener, as <see cref="AdminOptions"/> names their files.</summary>
internal static class AdminCertificates
{
    /// <summary>The listener's own, with its private key and, after it, the certificates between it and its root.</summary>
    public static (X509Certificate2 Own, X509Certificate2Collection Chain) ReadOwn(AdminOptions options)
    {
        var chain = new X509Certificate2Collection();
        chain.ImportFromPemFile(options.CertificateFile!);
        return (X509Certificate2.CreateFromPemFile(options.CertificateFile!, options.CertificateKeyFile), chain);
    }

    /// <summary>The authorities of client certificates.</summary>
    public static X509Certificate2Collection ReadAuthorities(AdminOptions options)
    {
        var authorities = new X509Certificate2Collection();
        authorities.ImportFromPemFile(options.ClientCaFile!);
        return authorities.Count > 0 ? authorities : throw new CryptographicException("there is no certificate in it");
    }

    /// <summary>Adds what is wrong with the files.</summary>
    public static void Check(AdminOptions options, string path, ICollection<ConfigurationError> errors)
    {
        if (options.CertificateFile is { } certificate)
            Try($"{path}:CertificateFile", certificate, () => ReadOwn(options).Own.Dispose(), errors);
        if (options.ClientCaFile is not { } authorities)
            return;
        Try($"{path}:ClientCaFile", authorities, () => ReadAuthorities(options), errors);
        if (options.CertificateFile is null)
            errors.Add(new($"{path}:ClientCaFile", authorities, "needs an https Url with a CertificateFile: over http nobody shows a certificate"));
    }

    private static void Try(string path, string file, Action read, ICollection<ConfigurationError> errors)
    {
        try
        {
            read();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            errors.Add(new(path, file, $"cannot be used: {exception.Message}"));
        }
    }
}
