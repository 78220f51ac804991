namespace ShadowProxy.State;

/// <summary>
/// The next content of a file, written whole under a name of its own and then put in the file's place: no reader ever sees half of it, and a
/// process that dies in the middle leaves the old content. On Unix the owner alone may read it. One thread at a time.
/// </summary>
internal sealed class FileDraft : IDisposable
{
    private const string Infix = ".draft-";

    private readonly string _target;
    private readonly string _path;
    private bool _published;

    /// <summary>Opens a draft beside the file.</summary>
    /// <exception cref="IOException">The directory cannot be written to.</exception>
    /// <exception cref="UnauthorizedAccessException">Likewise.</exception>
    public FileDraft(string target)
    {
        _target = target;
        _path = $"{target}{Infix}{Guid.NewGuid():N}";
        // Unshared: that the file is locked says that its writer lives.
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        Stream = new FileStream(_path, options);
    }

    /// <summary>What is written here becomes the content.</summary>
    public FileStream Stream { get; }

    /// <summary>Puts the content, once it is on the disk, in the file's place.</summary>
    /// <returns>False where the file is there already and is not to be overwritten.</returns>
    public bool TryPublish(bool overwrite)
    {
        Stream.Flush(flushToDisk: true);
        Stream.Dispose();
        try
        {
            File.Move(_path, _target, overwrite);
            _published = true;
        }
        catch (IOException) when (!overwrite && File.Exists(_target))
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
            File.Delete(_path);
    }

    /// <summary>Deletes what processes that died while they wrote have left.</summary>
    public static void DeleteAbandoned(string target)
    {
        foreach (var path in Directory.GetFiles(Path.GetDirectoryName(target)!, Path.GetFileName(target) + Infix + "*"))
        {
            try
            {
                using (new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None))
                    File.Delete(path);
            }
            catch (IOException)
            {
                // Its writer lives.
            }
        }
    }
}
