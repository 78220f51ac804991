namespace ShadowProxy.Edge.Configuration;

/// <summary>What tells one version of a file from another, without reading it.</summary>
internal sealed record FileMark(string Target, DateTime Written, long Length)
{
    /// <summary>The mark of a file, links followed; null where there is no file.</summary>
    public static FileMark? Of(string path)
    {
        try
        {
            var file = File.ResolveLinkTarget(path, returnFinalTarget: true) as FileInfo ?? new FileInfo(path);
            return file.Exists ? new(file.FullName, file.LastWriteTimeUtc, file.Length) : null;
        }
        catch (IOException)
        {
            // Between the removal of the old file and the arrival of the new one there is none.
            return null;
        }
    }
}
