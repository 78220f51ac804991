using System.Globalization;

namespace ShadowProxy.NodeAgent;

/// <summary>
/// The cgroups that this process is in, and the numbers in their files. A file that is missing, unreadable or malformed is a number
/// that is not known (null), as on a machine without cgroups.
/// </summary>
/// <param name="root">Root of the file system; other than <c>/</c> in tests.</param>
internal sealed class CgroupFiles(string root)
{
    private const string Mount = "sys/fs/cgroup";

    /// <summary>The directories of a version 2 cgroup, from the process's own up to the mount.</summary>
    public IEnumerable<string> V2() => Ancestry(
        Path.Combine(root, Mount),
        OwnPath(static line => line.StartsWith("0::", StringComparison.Ordinal)));

    /// <summary>The directories of a version 1 controller, from the process's own up to the mount.</summary>
    public IEnumerable<string> V1(string controller) => Ancestry(
        Path.Combine(root, Mount, controller),
        OwnPath(line => line.Split(':') is [_, var controllers, ..] && controllers.Split(',').Contains(controller)));

    /// <summary>The number that is all of a file.</summary>
    public static long? Number(string directory, string file) =>
        TryRead(Path.Combine(directory, file)) is [var line, ..] ? ParseNumber(line) : null;

    /// <summary>The number behind a key, in a file of lines like <c>key number</c>.</summary>
    public static long? Number(string directory, string file, string key)
    {
        var line = TryRead(Path.Combine(directory, file)).FirstOrDefault(line => line.StartsWith(key + ' ', StringComparison.Ordinal));
        return line is null ? null : ParseNumber(line.AsSpan(key.Length + 1));
    }

    /// <summary>The lines of a file; none if it cannot be read.</summary>
    public static string[] TryRead(string path)
    {
        try
        {
            return File.ReadAllLines(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    public static long? ParseNumber(ReadOnlySpan<char> text) =>
        long.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private string OwnPath(Func<string, bool> isOwn)
    {
        var line = TryRead(Path.Combine(root, "proc/self/cgroup")).FirstOrDefault(isOwn);
        return line?.Split(':', 3) is [_, _, var path] ? path.Trim('/') : "";
    }

    // In a container the path may be the host's, and not be there: then the mount itself is the container's own cgroup.
    private static IEnumerable<string> Ancestry(string mount, string path)
    {
        for (; path.Length > 0; path = Path.GetDirectoryName(path) ?? "")
        {
            var directory = Path.Combine(mount, path);
            if (Directory.Exists(directory))
                yield return directory;
        }

        yield return mount;
    }
}
