using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Routing;
using Microsoft.OpenApi;

namespace ShadowProxy.FunctionalTests.Edge;

/// <summary>The OpenAPI document of the admin API.</summary>
public sealed class AdminDocumentTests : IAsyncLifetime
{
    private readonly EdgeFiles _files = new();
    private EdgeFixture _edge = null!;
    private string _text = "";
    private OpenApiDocument _document = null!;

    public async ValueTask InitializeAsync()
    {
        _edge = await EdgeFixture.StartAsync(_files.WriteConfig(["http://127.0.0.1:1"]));
        _text = await _edge.Admin.GetStringAsync("/admin/openapi.json");
        var read = OpenApiDocument.Parse(_text, "json");
        Assert.Empty(read.Diagnostic!.Errors);
        _document = read.Document!;
    }

    public async ValueTask DisposeAsync()
    {
        await _edge.DisposeAsync();
        _files.Dispose();
    }

    [Fact]
    public void Document_EveryEndpoint_StandsThere()
    {
        var mapped = _edge.AdminEndpoints
            .Where(endpoint => endpoint.RoutePattern.RawText?.StartsWith("/admin/", StringComparison.Ordinal) == true)
            .Where(endpoint => endpoint.RoutePattern.RawText is not ("/admin/openapi.json" or "/admin/session" or "/admin/session/" or "/admin/session/end"))
            .SelectMany(endpoint => endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods.Select(method => $"{method} {endpoint.RoutePattern.RawText}"));
        var written = from path in _document.Paths
                      from operation in path.Value.Operations!
                      select $"{operation.Key} {path.Key}";

        Assert.Equal(mapped.Order(), written.Order());
        Assert.True(written.Count() >= 19);
    }

    [Fact]
    public void Document_EveryOperation_SaysWhatItTakesAndAnswers()
    {
        foreach (var (path, item) in _document.Paths)
        {
            foreach (var (method, operation) in item.Operations!)
            {
                Assert.False(string.IsNullOrEmpty(operation.Summary), $"{method} {path} has no summary");
                Assert.False(string.IsNullOrEmpty(operation.OperationId), $"{method} {path} has no id");
                Assert.True(operation.Responses!.ContainsKey("401"), $"{method} {path} does not say that it may be refused");
                var success = operation.Responses!.Single(response => response.Key is "200" or "204");
                if (success.Key == "200")
                    Assert.All(success.Value.Content!, content => Assert.True(Describes(content.Value.Schema), $"{method} {path} {content.Key} has no schema"));
                if (operation.RequestBody is { } body)
                    Assert.True(Describes(body.Content!["application/json"].Schema), $"{method} {path} has no schema of its body");
            }
        }

        static bool Describes(IOpenApiSchema? schema) => schema is not null && (schema.Type == JsonSchemaType.Array ? Describes(schema.Items) : schema.Properties?.Count > 0);
    }

    [Theory]
    [InlineData("/admin/nodes", "get")]
    [InlineData("/admin/flows/{signature}", "get")]
    [InlineData("/admin/nodes/{cluster}/{node}/series", "get")]
    [InlineData("/admin/settings", "get")]
    [InlineData("/admin/evacuations", "get")]
    [InlineData("/admin/migrations", "get")]
    [InlineData("/admin/events", "get")]
    public async Task Document_SchemaOfAnAnswer_HasTheMembersThatTheAnswerHas(string path, string method)
    {
        var answer = JsonNode.Parse(await _edge.Admin.GetStringAsync(
            path.Replace("{signature}", FakeControl.Flow.ToString()).Replace("{cluster}", "all").Replace("{node}", "node0")))!;
        var item = answer is JsonArray list ? list[0]! : answer;
        var operation = _document.Paths[path].Operations!.Single(pair => pair.Key.Method.Equals(method, StringComparison.OrdinalIgnoreCase)).Value;
        var schema = operation.Responses!["200"].Content!["application/json"].Schema!;

        Assert.Equal(
            item.AsObject().Select(member => member.Key).Order(),
            (schema.Type == JsonSchemaType.Array ? schema.Items : schema)!.Properties!.Keys.Order());
    }

    [Fact]
    public void Document_WhatIsWrittenSpecially_HasItsType()
    {
        using var json = JsonDocument.Parse(_text);
        var schemas = json.RootElement.GetProperty("components").GetProperty("schemas");
        var node = schemas.GetProperty("NodeStatus").GetProperty("properties");
        var flow = schemas.GetProperty("FlowStatus").GetProperty("properties").GetProperty("signature");

        Assert.Contains("null", node.GetProperty("latencyMs").GetProperty("type").EnumerateArray().Select(type => type.GetString()));
        Assert.Contains("[0-9a-f]{32}", flow.TryGetProperty("$ref", out _) ? schemas.GetProperty("Signature").ToString() : flow.ToString(), StringComparison.Ordinal);
        Assert.Contains("\"evacuating\"", schemas.ToString(), StringComparison.Ordinal);
    }
}
