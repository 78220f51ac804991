namespace ShadowProxy.State;

/// <summary>
/// Files beside another one that belong to the process that made them: locked while it lives, so that others can tell which were left behind.
/// On Unix the owner alone may read them.
/// </summary>
internal static class OwnedFile
{
    /// <summary>Makes one; its name is the target's, the infix, and what makes it unique.</summary>
    /// <exception cref="IOException">The directory cannot be written to.</exception>
    /// <exception cref="UnauthorizedAccessException">Likewise.</exception>
    public static FileStream Create(string target, string infix, FileOptions fileOptions = FileOptions.None)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            Share = FileShare.None,
            Options = fileOptions,
        };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return new FileStream($"{target}{infix}{Guid.NewGuid():N}", options);
    }

    /// <summary>Deletes those that processes left behind.</summary>
    /// <returns>Whether there are others, of processes that live.</returns>
    public static bool Sweep(string target, string infix)
    {
        var living = false;
        foreach (var path in Directory.GetFiles(Path.GetDirectoryName(target)!, Path.GetFileName(target) + infix + "*"))
        {
            try
            {
                using (new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None))
                    File.Delete(path);
            }
            catch (FileNotFoundException)
            {
                // Its owner ended just now.
            }
            catch (IOException)
            {
                living = true;
            }
        }

        return living;
    }
}
