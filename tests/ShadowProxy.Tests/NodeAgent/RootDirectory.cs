namespace ShadowProxy.Tests.NodeAgent;

/// <summary>A temporary directory that plays the root of a Linux file system.</summary>
internal sealed class RootDirectory : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("shadowproxy-").FullName;

    public RootDirectory With(string file, string content)
    {
        var path = System.IO.Path.Combine(Path, file);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
        return this;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
