using YamlDotNet.Serialization;

namespace ShadowProxy.Tests.Docker;

/// <summary>YAML as the classes below read it: a key that they do not know, or that stands twice, is an error.</summary>
internal static class Yaml
{
    private static readonly IDeserializer Deserializer = new DeserializerBuilder().WithDuplicateKeyChecking().Build();

    public static T Read<T>(string path)
    {
        using var text = File.OpenText(path);
        return Deserializer.Deserialize<T>(text);
    }
}

/// <summary>Of the Compose specification, what this repository's file uses.</summary>
public sealed class ComposeFile
{
    [YamlMember(Alias = "name")]
    public string Name { get; set; } = "";

    [YamlMember(Alias = "services")]
    public Dictionary<string, ComposeService> Services { get; set; } = [];

    [YamlMember(Alias = "volumes")]
    public Dictionary<string, object?> Volumes { get; set; } = [];
}

/// <summary>A service.</summary>
public sealed class ComposeService
{
    [YamlMember(Alias = "image")]
    public string Image { get; set; } = "";

    [YamlMember(Alias = "pull_policy")]
    public string? PullPolicy { get; set; }

    [YamlMember(Alias = "build")]
    public Dictionary<string, string> Build { get; set; } = [];

    [YamlMember(Alias = "command")]
    public List<string> Command { get; set; } = [];

    [YamlMember(Alias = "ports")]
    public List<string> Ports { get; set; } = [];

    [YamlMember(Alias = "environment")]
    public Dictionary<string, string> Environment { get; set; } = [];

    [YamlMember(Alias = "volumes")]
    public List<string> Volumes { get; set; } = [];

    [YamlMember(Alias = "depends_on")]
    public List<string> DependsOn { get; set; } = [];

    [YamlMember(Alias = "healthcheck")]
    public Dictionary<string, string> Healthcheck { get; set; } = [];

    [YamlMember(Alias = "stop_grace_period")]
    public string? StopGracePeriod { get; set; }

    [YamlMember(Alias = "cap_drop")]
    public List<string> CapDrop { get; set; } = [];

    [YamlMember(Alias = "security_opt")]
    public List<string> SecurityOpt { get; set; } = [];
}

/// <summary>Of Prometheus' configuration, what this repository's file uses.</summary>
public sealed class PrometheusFile
{
    [YamlMember(Alias = "global")]
    public Dictionary<string, string> Global { get; set; } = [];

    [YamlMember(Alias = "rule_files")]
    public List<string> RuleFiles { get; set; } = [];

    [YamlMember(Alias = "scrape_configs")]
    public List<PrometheusJob> ScrapeConfigs { get; set; } = [];
}

/// <summary>Of Grafana's provisioning of dashboards, what this repository's file uses.</summary>
public sealed class ProviderFile
{
    [YamlMember(Alias = "apiVersion")]
    public int Version { get; set; }

    [YamlMember(Alias = "providers")]
    public List<DashboardProvider> Providers { get; set; } = [];
}

/// <summary>Where dashboards come from.</summary>
public sealed class DashboardProvider
{
    [YamlMember(Alias = "name")]
    public string Name { get; set; } = "";

    [YamlMember(Alias = "folder")]
    public string Folder { get; set; } = "";

    [YamlMember(Alias = "type")]
    public string Type { get; set; } = "";

    [YamlMember(Alias = "options")]
    public Dictionary<string, string> Options { get; set; } = [];
}

/// <summary>A job.</summary>
public sealed class PrometheusJob
{
    [YamlMember(Alias = "job_name")]
    public string JobName { get; set; } = "";

    [YamlMember(Alias = "static_configs")]
    public List<Dictionary<string, List<string>>> StaticConfigs { get; set; } = [];
}
