using System.Collections;
using ShadowProxy.Configuration;

namespace ShadowProxy.Edge.Configuration;

/// <summary>Says where an error stands in the words of whoever wrote it there: file, line and JSON path, or the environment variable.</summary>
internal sealed class ErrorLocator(string file, IReadOnlyDictionary<string, int> lines)
{
    /// <summary>Where a value stands: the file and its line, or the environment variable.</summary>
    public string Find(string path) => EnvironmentVariable(path) is { } variable
        ? $"environment variable {variable}"
        : lines.TryGetValue(path, out var line) ? $"{file}({line})" : file;

    /// <summary>One line: where, what stands there, what would be right.</summary>
    public string Describe(ConfigurationError error)
    {
        var value = error.Value is null ? "" : $" = \"{error.Value}\"";
        if (EnvironmentVariable(error.Path) is { } variable)
            return $"environment variable {variable}{value}: {error.Problem}";
        var line = LineOf(error) is var number and > 0 ? $"({number})" : "";
        var path = error.Path.Length > 0 ? $"{JsonPath(error.Path)}{value}: " : "";
        return $"{file}{line}: {path}{error.Problem}";
    }

    /// <summary>The line of the path, or of the nearest object around it that the file holds; 0 where there is none.</summary>
    public int LineOf(ConfigurationError error)
    {
        for (var path = error.Path; path is not null; path = path.Length == 0 ? null : ConfigurationPath.GetParentPath(path) ?? "")
            if (lines.TryGetValue(path, out var line))
                return line;
        return 0;
    }

    private static string JsonPath(string path) => "$" + string.Concat(path.Split(ConfigurationPath.KeyDelimiter).Select(Step));

    private static string Step(string key)
    {
        if (key.All(char.IsAsciiDigit))
            return $"[{key}]";
        return key.All(character => char.IsAsciiLetterOrDigit(character) || character is '_' or '$') ? $".{key}" : $"['{key}']";
    }

    private static string? EnvironmentVariable(string path) => path.Length == 0
        ? null
        : Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .Select(entry => (string)entry.Key)
            .FirstOrDefault(name => name.Replace("__", ConfigurationPath.KeyDelimiter).Equals(path, StringComparison.OrdinalIgnoreCase));
}
