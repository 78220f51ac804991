using System.IO.Compression;
using System.Reflection.Metadata;
using System.Text.Json.Nodes;
using System.Xml.Linq;

namespace ShadowProxy.FunctionalTests.Packaging;

/// <summary>What is in the NuGet packages.</summary>
[Collection(PackagingCollection.Name)]
public sealed class PackageTests(PackageFeed feed)
{
    /// <summary>The kind of debug information that holds a source file, of the Portable PDB format.</summary>
    private static readonly Guid EmbeddedSource = new("0E8A571B-6926-466E-B4AD-8AB04611F5FE");

    public static TheoryData<string> Ids => [.. PackageFeed.Ids];

    [Theory]
    [MemberData(nameof(Ids))]
    public async Task Package_HasLibraryDocumentationReadmeAndLicence(string id)
    {
        await using var package = await ZipFile.OpenReadAsync(feed.PathOf(id, "nupkg"));

        Assert.Superset(
            new HashSet<string> { $"lib/net10.0/{id}.dll", $"lib/net10.0/{id}.xml", "README.md", "LICENSE" },
            package.Entries.Select(entry => entry.FullName).ToHashSet());
        Assert.StartsWith($"# {id}\n", await ReadAsync(package, "README.md"), StringComparison.Ordinal);
        Assert.StartsWith("MIT License", await ReadAsync(package, "LICENSE"), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public async Task Package_Manifest_SaysWhatItIsAndNothingOfThisMachine(string id)
    {
        await using var package = await ZipFile.OpenReadAsync(feed.PathOf(id, "nupkg"));

        var text = await ReadAsync(package, $"{id}.nuspec");
        var metadata = XDocument.Parse(text).Root!.Elements().Single(element => element.Name.LocalName == "metadata");

        Assert.Equal("MIT", Value("license"));
        Assert.Equal("README.md", Value("readme"));
        Assert.NotEmpty(Value("description"));
        Assert.NotEmpty(Value("tags"));
        Assert.DoesNotContain(DotnetCommand.Repository, text, StringComparison.Ordinal);

        string Value(string name) => metadata.Elements().Single(element => element.Name.LocalName == name).Value;
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public async Task Symbols_HoldTheSources(string id)
    {
        await using var package = await ZipFile.OpenReadAsync(feed.PathOf(id, "snupkg"));
        using var bytes = new MemoryStream();
        await using (var symbols = await package.GetEntry($"lib/net10.0/{id}.pdb")!.OpenAsync())
            await symbols.CopyToAsync(bytes);
        bytes.Position = 0;
        using var provider = MetadataReaderProvider.FromPortablePdbStream(bytes);
        var reader = provider.GetMetadataReader();

        var embedded = reader.CustomDebugInformation.Select(reader.GetCustomDebugInformation)
            .Count(information => reader.GetGuid(information.Kind) == EmbeddedSource);

        Assert.Equal(reader.Documents.Count, embedded);
    }

    [Fact]
    public async Task Schema_CompletesOurSectionsAndLeavesOthersAlone()
    {
        await using var package = await ZipFile.OpenReadAsync(feed.PathOf("ShadowProxy", "nupkg"));

        var schema = JsonNode.Parse(await ReadAsync(package, "ConfigurationSchema.json"))!.AsObject();
        var text = await File.ReadAllTextAsync(Path.Combine(DotnetCommand.Repository, "config", "shadowproxy.schema.json"));
        var shipped = JsonNode.Parse(text)!.AsObject();

        Assert.False(text.Contains('\\'), "MSBuild takes a backslash in the schema for a path's: write [0-9] and [.] instead.");
        Assert.True(shipped.Remove("additionalProperties"));
        Assert.True(JsonNode.DeepEquals(shipped, schema));
        Assert.Contains("../../ConfigurationSchema.json", await ReadAsync(package, "buildTransitive/net10.0/ShadowProxy.targets"), StringComparison.Ordinal);
    }

    private static async Task<string> ReadAsync(ZipArchive package, string path)
    {
        using var reader = new StreamReader(await package.GetEntry(path)!.OpenAsync());
        return await reader.ReadToEndAsync();
    }
}
