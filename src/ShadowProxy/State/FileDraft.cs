namespace ShadowProxy.State;

/// <summary>
/// The next content of a file, written whole under a name of its own and then put in the file's place: no reader ever sees half of it, and a
/// process that dies in the middle leaves the old content. On Unix the owner alone may read it. One thread at a time.
/// </summary>
/// <param name="target">The file.</param>
/// <exception cref="IOException">The directory cannot be written to.</exception>
/// <exception cref="UnauthorizedAccessException">Likewise.</exception>
internal sealed class FileDraft(string target) : IDisposable
{
    private const string Infix = ".draft-";

    private bool _published;

    /// <summary>What is written here becomes the content.</summary>
    public FileStream Stream { get; } = OwnedFile.Create(target, Infix);

    /// <summary>Puts the content, once it is on the disk, in the file's place.</summary>
    /// <returns>False where the file is there already and is not to be overwritten.</returns>
    public bool TryPublish(bool overwrite)
    {
        Stream.Flush(flushToDisk: true);
        Stream.Dispose();
        try
        {
            File.Move(Stream.Name, target, overwrite);
            _published = true;
        }
        catch (IOException) when (!overwrite && File.Exists(target))
        {
            // Somebody else was first.
        }

        return _published;
    }

    /// <summary>Throws an unpublished draft away.</summary>
    public void Dispose()
    {
        Stream.Dispose();
        if (!_published)
            File.Delete(Stream.Name);
    }

    /// <summary>Deletes what processes that died while they wrote have left.</summary>
    public static void DeleteAbandoned(string target) => OwnedFile.Sweep(target, Infix);
}
