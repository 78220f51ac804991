namespace ShadowProxy.FunctionalTests.Infrastructure;

/// <summary>Programs that are no part of the repository.</summary>
internal static class InstalledProgram
{
    /// <summary>Where a program is installed; null where it is not.</summary>
    public static string? Find(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Append("/usr/sbin").Append("/usr/local/sbin")
        .Select(folder => Path.Combine(folder, name))
        .FirstOrDefault(File.Exists);
}
