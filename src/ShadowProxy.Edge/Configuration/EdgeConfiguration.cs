namespace ShadowProxy.Edge.Configuration;

/// <summary>The sources of configuration: the JSON file, and the environment over it.</summary>
internal static class EdgeConfiguration
{
    private static readonly string[] Files = ["config/shadowproxy.json", "/etc/shadowproxy/shadowproxy.json"];

    /// <summary>The section that YARP reads.</summary>
    public const string ReverseProxy = "ReverseProxy";

    /// <summary>The section that ShadowProxy reads.</summary>
    public const string Shadowing = "Shadowing";

    /// <summary>The file that is used when none is named.</summary>
    public static string FindFile() => Files.FirstOrDefault(File.Exists) ?? Files[0];

    /// <summary>A snapshot of both.</summary>
    public static IConfigurationRoot Merge(IEnumerable<KeyValuePair<string, string?>> file) =>
        new ConfigurationBuilder().AddInMemoryCollection(file).AddEnvironment().Build();

    /// <summary>The environment; variables that ASP.NET Core users know, such as ASPNETCORE_URLS, among it.</summary>
    public static IConfigurationBuilder AddEnvironment(this IConfigurationBuilder builder) =>
        builder.AddEnvironmentVariables("ASPNETCORE_").AddEnvironmentVariables();
}
