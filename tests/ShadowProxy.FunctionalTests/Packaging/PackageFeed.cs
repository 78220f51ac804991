namespace ShadowProxy.FunctionalTests.Packaging;

/// <summary>The NuGet packages, made of what was built, in a directory of their own, under a version that exists nowhere else.</summary>
public sealed class PackageFeed : IAsyncLifetime
{
    /// <summary>The packages that are published.</summary>
    public static IReadOnlyList<string> Ids { get; } = ["ShadowProxy", "ShadowProxy.NodeAgent"];

    /// <summary>A directory for what the tests make; deleted at the end.</summary>
    public string Root { get; } = Directory.CreateTempSubdirectory("shadowproxy-packages-").FullName;

    /// <summary>Where the packages lie.</summary>
    public string Folder => Path.Combine(Root, "feed");

    /// <summary>Their version.</summary>
    public string Version { get; } = $"0.0.0-trial-{Guid.NewGuid():N}";

    /// <summary>A package's file.</summary>
    public string PathOf(string id, string extension) => Path.Combine(Folder, $"{id}.{Version}.{extension}");

    public async ValueTask InitializeAsync()
    {
        foreach (var id in Ids)
        {
            await DotnetCommand.RunAsync(
                DotnetCommand.Repository, null, "pack", Path.Combine("src", id), "--no-build", "-c", DotnetCommand.Configuration, "-o", Folder,
                $"-p:PackageVersion={Version}");
        }
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(Root, recursive: true);
        return ValueTask.CompletedTask;
    }
}

/// <summary>Tests that run the SDK on this repository's projects, one at a time: they write to the same directories.</summary>
[CollectionDefinition(Name)]
public sealed class PackagingCollection : ICollectionFixture<PackageFeed>
{
    public const string Name = "Packaging";
}
