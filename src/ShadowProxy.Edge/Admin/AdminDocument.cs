using Microsoft.OpenApi;
using ShadowProxy.Signatures;

namespace ShadowProxy.Edge.Admin;

/// <summary>The OpenAPI document of the admin API, at <c>/admin/openapi.json</c>.</summary>
internal static class AdminDocument
{
    private const string Key = "key";

    public static void AddTo(IServiceCollection services) => services.AddOpenApi(document =>
    {
        document.ShouldInclude = endpoint => endpoint.RelativePath?.StartsWith("admin/", StringComparison.Ordinal) == true;
        document.AddDocumentTransformer((written, _, _) =>
        {
            written.Info = new OpenApiInfo
            {
                Title = "ShadowProxy admin API",
                Version = "1",
                Description = "What an operator sees and does. Numbers that are unknown are null. Errors are application/problem+json.",
            };
            written.Servers = [];
            written.AddComponent(Key, new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http,
                Scheme = "bearer",
                Description = "A key of Shadowing:Admin: Key operates, ReadKey reads, a destination's ReportKey reports on that node. None is needed where none is configured.",
            });
            written.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Key, written)] = [] }];
            return Task.CompletedTask;
        });
        document.AddSchemaTransformer((schema, context, _) =>
        {
            var type = Nullable.GetUnderlyingType(context.JsonTypeInfo.Type) ?? context.JsonTypeInfo.Type;
            // Those that AdminJson writes by converters of its own.
            if (type == typeof(double) || type == typeof(float))
                (schema.Type, schema.Format) = (JsonSchemaType.Number | JsonSchemaType.Null, type == typeof(double) ? "double" : "float");
            else if (type == typeof(Signature))
                (schema.Type, schema.Pattern) = (JsonSchemaType.String, "^[0-9a-f]{32}$");
            return Task.CompletedTask;
        });
    });

    public static void Map(IEndpointRouteBuilder routes) => routes.MapOpenApi("/admin/openapi.json").WithName("getDocument");
}
