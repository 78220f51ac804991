using System.Text.Json;
using System.Text.RegularExpressions;
using ShadowProxy.FunctionalTests.Infrastructure;

namespace ShadowProxy.FunctionalTests.Observability;

/// <summary>A Grafana dashboard: its queries, with the variables in them replaced as Grafana does.</summary>
internal sealed partial class Dashboard
{
    private readonly JsonElement _json;
    private readonly Dictionary<string, string> _variables = [];

    private Dashboard(string name, JsonElement json) => (Name, _json) = (name, json);

    /// <summary>The name of its file.</summary>
    public string Name { get; }

    /// <summary>Its variables, in their order.</summary>
    public IEnumerable<string> Variables => Templates.Select(variable => variable.GetProperty("name").GetString()!);

    private IEnumerable<JsonElement> Templates => _json.GetProperty("templating").GetProperty("list").EnumerateArray();

    /// <summary>All those of a folder.</summary>
    public static Dashboard[] ReadAll(string folder) =>
    [
        .. from file in Directory.EnumerateFiles(folder, "*.json").Order()
           select new Dashboard(Path.GetFileName(file), JsonDocument.Parse(File.ReadAllText(file)).RootElement),
    ];

    /// <summary>Gives each variable the value that it has when the dashboard is opened.</summary>
    public async Task OpenAsync(Prometheus prometheus)
    {
        _variables["__range"] = "1800s";
        foreach (var variable in Templates)
        {
            _variables[variable.GetProperty("name").GetString()!] = variable.GetProperty("type").GetString() switch
            {
                "datasource" => "prometheus",
                "interval" => variable.GetProperty("current").GetProperty("value").GetString()!,
                "query" => await AllAsync(prometheus, variable.GetProperty("definition").GetString()!),
                var type => throw new NotSupportedException($"{Name}: a variable of type {type}"),
            };
        }
    }

    /// <summary>What its panels and annotations ask.</summary>
    public IEnumerable<(string Where, string Expression)> Queries() =>
    [
        .. from panel in _json.GetProperty("panels").EnumerateArray()
           where panel.GetProperty("type").GetString() != "row"
           from target in panel.GetProperty("targets").EnumerateArray()
           select ($"{Name}, {panel.GetProperty("title")}", Replace(target.GetProperty("expr").GetString()!)),
        .. from annotation in _json.GetProperty("annotations").GetProperty("list").EnumerateArray()
           select ($"{Name}, {annotation.GetProperty("name")}", Replace(annotation.GetProperty("expr").GetString()!)),
    ];

    /// <summary>"All" of a variable: each value as a regular expression, in a query's string.</summary>
    private async Task<string> AllAsync(Prometheus prometheus, string definition)
    {
        var query = LabelValues().Match(definition);
        Assert.True(query.Success, $"{Name}: {definition}");
        var values = await prometheus.LabelValuesAsync(query.Groups["label"].Value, Replace(query.Groups["metric"].Value));
        var escaped = values.Select(value => Special().Replace(value, @"\\$0")).ToArray();
        return escaped is [var single] ? single : $"({string.Join('|', escaped)})";
    }

    private string Replace(string text) => Variable().Replace(text, match => _variables[match.Groups["name"].Value]);

    [GeneratedRegex(@"^label_values\((?<metric>.+), (?<label>\w+)\)$")]
    private static partial Regex LabelValues();

    [GeneratedRegex(@"\$(?<name>\w+)|\$\{(?<name>\w+)\}")]
    private static partial Regex Variable();

    [GeneratedRegex(@"[\\^$.*+?()\[\]{}|/]")]
    private static partial Regex Special();
}
