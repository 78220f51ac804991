namespace ShadowProxy.Tests.Edge;

/// <summary>Configuration files of one test, in a directory of its own.</summary>
internal sealed class ConfigurationFiles : IDisposable
{
    /// <summary>Where the sections of a good configuration go.</summary>
    public const string Good = """
        {
          "ReverseProxy": {
            "Routes": { "orders": { "ClusterId": "orders", "Match": { "Path": "/{**path}" } } },
            "Clusters": { "orders": { "Destinations": { "one": { "Address": "http://127.0.0.1:1" } } } }
          },
          "Shadowing": { "Clusters": { "orders": { "Mode": "Active" } } }
        }
        """;

    private readonly string _directory = Directory.CreateTempSubdirectory("shadowproxy-").FullName;

    public string Path => System.IO.Path.Combine(_directory, "shadowproxy.json");

    /// <summary>The configuration that is shipped.</summary>
    public static string Shipped => System.IO.Path.Combine(Repository, "config", "shadowproxy.json");

    /// <summary>The schema that is shipped.</summary>
    public static string Schema => System.IO.Path.Combine(Repository, "config", "shadowproxy.schema.json");

    /// <summary>A file that is shipped in the directory of configuration.</summary>
    public static string ShippedFile(string name) => System.IO.Path.Combine(Repository, "config", name);

    /// <summary>The root of the repository.</summary>
    public static string Repository
    {
        get
        {
            var directory = AppContext.BaseDirectory;
            while (!File.Exists(System.IO.Path.Combine(directory, "ShadowProxy.sln")))
                directory = System.IO.Path.GetDirectoryName(directory)!;
            return directory;
        }
    }

    public string Write(string text)
    {
        File.WriteAllText(Path, text);
        return Path;
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);
}
