using ShadowProxy.Edge.Commands;
using ShadowProxy.Edge.Configuration;
using ShadowProxy.Tests.Edge;
using YamlDotNet.Core;

namespace ShadowProxy.Tests.Docker;

public sealed class ComposeTests
{
    private static readonly string Folder = Path.Combine(ConfigurationFiles.Repository, "docker");

    private static readonly ComposeFile Compose = Yaml.Read<ComposeFile>(Path.Combine(Folder, "compose.yaml"));

    private static ComposeService Proxy => Compose.Services["proxy"];

    private static IEnumerable<KeyValuePair<string, ComposeService>> Backends =>
        Compose.Services.Where(service => service.Key.StartsWith("backend-", StringComparison.Ordinal));

    [Fact]
    public void Services_AreTheProxyThreeBackendsAndWhatWatchesThem()
    {
        Assert.Equal(["backend-1", "backend-2", "backend-3", "lgtm", "prometheus", "proxy"], Compose.Services.Keys.Order());
        Assert.StartsWith("grafana/otel-lgtm:", Compose.Services["lgtm"].Image, StringComparison.Ordinal);
        Assert.StartsWith("prom/prometheus:", Compose.Services["prometheus"].Image, StringComparison.Ordinal);
        Assert.Equal(["8080:8080"], Proxy.Ports);
    }

    [Fact]
    public void Proxy_IsBuiltFromTheDockerfile()
    {
        Assert.Equal(("..", "docker/Dockerfile"), (Proxy.Build["context"], Proxy.Build["dockerfile"]));
        Assert.All(Backends, backend => Assert.Equal((Proxy.Image, "never"), (backend.Value.Image, backend.Value.PullPolicy)));
    }

    [Fact]
    public void Mounts_Exist()
    {
        var mounts = Compose.Services.Values.SelectMany(service => service.Volumes).Select(mount => mount.Split(':')[0]).ToArray();

        Assert.Equal(6, mounts.Length);
        Assert.All(mounts, mount => Assert.True(mount.StartsWith('.') ? Path.Exists(Path.Combine(Folder, mount)) : Compose.Volumes.ContainsKey(mount), mount));
    }

    [Fact]
    public void DependsOn_NamesServices() =>
        Assert.All(Compose.Services.Values.SelectMany(service => service.DependsOn), name => Assert.Contains(name, Compose.Services.Keys));

    [Fact]
    public void Backends_CommandIsOneThatTheImageKnows() => Assert.All(Backends, backend =>
    {
        Assert.Equal(["backend", "--address", "0.0.0.0", "--port", "8080", "--name", backend.Key], backend.Value.Command);
        Assert.Empty(BackendCommand.Create().Parse([.. backend.Value.Command.Skip(1)]).Errors);
        Assert.Equal("true", backend.Value.Healthcheck["disable"]);
    });

    [Fact]
    public async Task Configuration_IsGoodAndNamesTheBackends()
    {
        var report = await ConfigurationChecker.CheckAsync(Path.Combine(Folder, "shadowproxy.json"));

        Assert.Empty(report.Errors);
        Assert.Empty(report.Warnings);
        Assert.Equal(
            Backends.Select(backend => $"http://{backend.Key}:8080"),
            report.Values.Where(pair => pair.Key.EndsWith(":Address", StringComparison.Ordinal)).Select(pair => pair.Value!).Order());
        // The image's port holds only where no endpoint is named.
        Assert.DoesNotContain(report.Values, pair => pair.Key.StartsWith("Kestrel", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Prometheus_AsksTheProxyWhereItsMetricsAre()
    {
        var prometheus = Yaml.Read<PrometheusFile>(Path.Combine(ConfigurationFiles.Repository, "config", "prometheus", "prometheus.yml"));
        var report = await ConfigurationChecker.CheckAsync(Path.Combine(Folder, "shadowproxy.json"));

        var job = Assert.Single(prometheus.ScrapeConfigs);
        Assert.Equal("shadowproxy", job.JobName);
        Assert.Equal(["proxy:9902"], Assert.Single(job.StaticConfigs)["targets"]);
        Assert.Equal("http://*:9902", report.Values.Single(pair => pair.Key == "Shadowing:Admin:MetricsUrl").Value);
    }

    [Fact]
    public void Prometheus_HasItsRulesBesideItsConfiguration()
    {
        var prometheus = Yaml.Read<PrometheusFile>(Path.Combine(ConfigurationFiles.Repository, "config", "prometheus", "prometheus.yml"));

        Assert.All(prometheus.RuleFiles, file => Assert.Contains(
            $"../config/prometheus/{file}:/etc/prometheus/{file}:ro", Compose.Services["prometheus"].Volumes));
        Assert.NotEmpty(prometheus.RuleFiles);
    }

    [Fact]
    public void Grafana_HasTheDashboardsWhereItsProviderLooks()
    {
        var provider = Assert.Single(Yaml.Read<ProviderFile>(Path.Combine(ConfigurationFiles.Repository, "config", "grafana", "provider.yaml")).Providers);
        var grafana = Compose.Services["lgtm"];

        Assert.Contains($"../config/grafana:{provider.Options["path"]}:ro", grafana.Volumes);
        Assert.Contains("../config/grafana/provider.yaml:/otel-lgtm/grafana/conf/provisioning/dashboards/shadowproxy.yaml:ro", grafana.Volumes);
        Assert.StartsWith(provider.Options["path"] + "/", grafana.Environment["GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH"], StringComparison.Ordinal);
    }

    [Fact]
    public void Telemetry_GoesToAServiceThatTakesIt() => Assert.Equal("http://lgtm:4317", Proxy.Environment["OTEL_EXPORTER_OTLP_ENDPOINT"]);

    [Theory]
    [InlineData("name: a\nname: b")]
    [InlineData("nome: a")]
    [InlineData("services: { a: { imagine: b } }")]
    public void Read_NoComposeFile_IsRefused(string text)
    {
        using var files = new ConfigurationFiles();

        Assert.ThrowsAny<YamlException>(() => Yaml.Read<ComposeFile>(files.Write(text)));
    }
}
