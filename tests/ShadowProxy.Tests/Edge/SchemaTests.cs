using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using ShadowProxy.Configuration;
using ShadowProxy.Edge.Configuration;
using Yarp.ReverseProxy.Configuration;

namespace ShadowProxy.Tests.Edge;

public sealed class SchemaTests
{
    private static readonly JsonObject Schema =
        JsonNode.Parse(File.ReadAllText(ConfigurationFiles.Schema), documentOptions: new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip })!.AsObject();

    [Theory]
    [InlineData(typeof(ShadowingOptions), "shadowing")]
    [InlineData(typeof(PlaceOptions), "place")]
    [InlineData(typeof(AdminOptions), "admin")]
    [InlineData(typeof(DefaultsOptions), "defaults")]
    [InlineData(typeof(ClusterOptions), "cluster")]
    [InlineData(typeof(RouteOptions), "route")]
    [InlineData(typeof(ProbeOptions), "probe")]
    [InlineData(typeof(SourcesOptions), "sources")]
    [InlineData(typeof(OrcaOptions), "orcaSource")]
    [InlineData(typeof(MetricsOptions), "metricsSource")]
    [InlineData(typeof(AgentCheckOptions), "agentCheckSource")]
    [InlineData(typeof(GrpcHealthOptions), "grpcHealthSource")]
    [InlineData(typeof(ShutdownOptions), "shutdown")]
    [InlineData(typeof(AccessLogOptions), "accessLog")]
    [InlineData(typeof(ListenersOptions), "listeners")]
    public void Definition_OfAClassOfOptions_HasItsKeysAndNoOthers(Type options, string definition)
    {
        var found = Schema["$defs"]![definition]!.AsObject();

        Assert.Equal(options.GetProperties().Select(property => property.Name).Order(), found["properties"]!.AsObject().Select(pair => pair.Key).Order());
        Assert.False(found["additionalProperties"]!.GetValue<bool>());
        Assert.All(found["properties"]!.AsObject(), pair => Assert.True(Resolve(pair.Value!).ContainsKey("description"), $"{definition}.{pair.Key} has no description"));
    }

    [Theory]
    [InlineData(typeof(RouteConfig), "yarpRoute")]
    [InlineData(typeof(ClusterConfig), "yarpCluster")]
    [InlineData(typeof(DestinationConfig), "yarpDestination")]
    public void Definition_OfAYarpClass_HasItsKeysAndNoOthers(Type config, string definition) => Assert.Equal(
        config.GetProperties().Select(property => property.Name).Except([nameof(RouteConfig.RouteId)])
            .Except(config == typeof(ClusterConfig) ? [nameof(ClusterConfig.ClusterId)] : []).Order(),
        Schema["$defs"]![definition]!["properties"]!.AsObject().Select(pair => pair.Key).Order());

    [Theory]
    [InlineData(typeof(ClusterOptions), "cluster")]
    [InlineData(typeof(DefaultsOptions), "defaults")]
    [InlineData(typeof(MetricsOptions), "metricsSource")]
    public void Definition_OfAnEnum_HasItsNames(Type options, string definition)
    {
        foreach (var property in options.GetProperties().Where(property => Nullable.GetUnderlyingType(property.PropertyType)?.IsEnum == true))
            Assert.Equal(
                Enum.GetNames(Nullable.GetUnderlyingType(property.PropertyType)!),
                Resolve(Schema["$defs"]![definition]!["properties"]![property.Name]!)["enum"]!.AsArray().Select(name => name!.GetValue<string>()));
    }

    [Fact]
    public void Definition_OfCapacity_HasItsRange()
    {
        var range = typeof(ShadowingOptions).GetProperty(nameof(ShadowingOptions.Capacity))!.GetCustomAttribute<CountAttribute>()!;
        var capacity = Schema["$defs"]!["shadowing"]!["properties"]!["Capacity"]!;

        Assert.Equal((range.Least, range.Most), (capacity["minimum"]!.GetValue<int>(), capacity["maximum"]!.GetValue<int>()));
        Assert.Equal(new ShadowingOptions().Capacity, capacity["default"]!.GetValue<int>());
    }

    [Fact]
    public void References_AllResolve() => Assert.All(References(Schema), reference => Assert.True(
        Schema["$defs"]!.AsObject().ContainsKey(reference["#/$defs/".Length..]), $"{reference} is missing"));

    private static JsonObject Resolve(JsonNode node) =>
        node["$ref"]?.GetValue<string>() is { } reference && !node.AsObject().ContainsKey("description")
            ? Schema["$defs"]![reference["#/$defs/".Length..]]!.AsObject()
            : Merge(node.AsObject());

    private static JsonObject Merge(JsonObject node)
    {
        if (node["$ref"]?.GetValue<string>() is not { } reference)
            return node;
        var merged = Schema["$defs"]![reference["#/$defs/".Length..]]!.DeepClone().AsObject();
        foreach (var (key, value) in node)
            merged[key] = value?.DeepClone();
        return merged;
    }

    private static IEnumerable<string> References(JsonNode? node) => node switch
    {
        JsonObject found => found.SelectMany(pair => pair is { Key: "$ref", Value: JsonValue value } ? [value.GetValue<string>()] : References(pair.Value)),
        JsonArray items => items.SelectMany(References),
        _ => [],
    };
}
