using System.Text;
using System.Text.Json;
using ShadowProxy.Configuration;

namespace ShadowProxy.Edge.Configuration;

/// <summary>
/// Reads JSON (comments and trailing commas allowed) into configuration paths, and remembers the line of each, so that an error
/// can say where it stands. A key that stands twice, case ignored, is an error.
/// </summary>
internal sealed class JsonConfigurationReader
{
    private readonly Dictionary<string, string?> _values = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, int> _lines = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<ConfigurationError> _errors = [];
    private int _line = 1;
    private int _counted;

    private JsonConfigurationReader()
    {
    }

    /// <summary>Reads a whole document. Never throws on its content.</summary>
    public static JsonConfiguration Read(ReadOnlySpan<byte> utf8)
    {
        var result = new JsonConfigurationReader();
        var text = utf8.StartsWith(Encoding.UTF8.Preamble) ? utf8[Encoding.UTF8.Preamble.Length..] : utf8;
        var reader = new Utf8JsonReader(text, new JsonReaderOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
        try
        {
            reader.Read();
            if (reader.TokenType == JsonTokenType.StartObject)
                result.ReadObject(ref reader, text, "");
            else
                result._errors.Add(new("", null, "must be an object, { … }"));
            reader.Read();
        }
        catch (JsonException exception)
        {
            result._lines[""] = (int)(exception.LineNumber ?? 0) + 1;
            result._errors.Add(new("", null, $"is not JSON: {exception.Message.Split(" LineNumber:")[0]}"));
        }
        return new(result._values, result._lines, result._errors);
    }

    private void ReadObject(ref Utf8JsonReader reader, ReadOnlySpan<byte> text, string path)
    {
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var child = Join(path, reader.GetString()!);
            var line = Line(ref reader, text);
            if (!_lines.TryAdd(child, line))
                _errors.Add(new(child, null, $"stands twice, in lines {_lines[child]} and {line}; one of them must go"));
            reader.Read();
            ReadValue(ref reader, text, child);
        }
    }

    private void ReadArray(ref Utf8JsonReader reader, ReadOnlySpan<byte> text, string path)
    {
        for (var index = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; index++)
        {
            var child = Join(path, index.ToString());
            _lines.TryAdd(child, Line(ref reader, text));
            ReadValue(ref reader, text, child);
        }
    }

    private void ReadValue(ref Utf8JsonReader reader, ReadOnlySpan<byte> text, string path)
    {
        // An object or array that is empty still leaves its key behind.
        _values.TryAdd(path, null);
        if (reader.TokenType == JsonTokenType.StartObject)
            ReadObject(ref reader, text, path);
        else if (reader.TokenType == JsonTokenType.StartArray)
            ReadArray(ref reader, text, path);
        else
            _values[path] = reader.TokenType switch
            {
                JsonTokenType.Null => null,
                JsonTokenType.String => reader.GetString(),
                _ => Encoding.UTF8.GetString(reader.ValueSpan),
            };
    }

    private int Line(ref Utf8JsonReader reader, ReadOnlySpan<byte> text)
    {
        var start = (int)reader.TokenStartIndex;
        _line += text[_counted..start].Count((byte)'\n');
        _counted = start;
        return _line;
    }

    private static string Join(string path, string key) => path.Length == 0 ? key : ConfigurationPath.Combine(path, key);
}
