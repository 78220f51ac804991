namespace ShadowProxy.FunctionalTests.Packaging;

/// <summary>A YARP application as somebody writes it who has the packages and nothing else of this repository.</summary>
internal sealed class FreshApp(PackageFeed feed)
{
    private readonly string _directory = Directory.CreateDirectory(Path.Combine(feed.Root, "app")).FullName;

    /// <summary>What runs it.</summary>
    public string Assembly => Path.Combine(_directory, "bin", "Debug", "net10.0", "app.dll");

    /// <summary>Where its settings lie.</summary>
    public string ContentRoot => _directory;

    /// <summary>Writes it, and builds it with packages from the feed and, for what the machine has not, from its usual sources.</summary>
    public async Task BuildAsync(Uri backend)
    {
        Write("nuget.config", $"""
            <configuration>
              <packageSources><add key="trial" value="{feed.Folder}" /></packageSources>
              {FallbackFolders()}
            </configuration>
            """);
        Write("app.csproj", $"""
            <Project Sdk="Microsoft.NET.Sdk.Web">
              <PropertyGroup>
                <TargetFramework>net10.0</TargetFramework>
                <Nullable>enable</Nullable>
                <ImplicitUsings>enable</ImplicitUsings>
                <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
                <NuGetAudit>false</NuGetAudit>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="ShadowProxy" Version="{feed.Version}" />
                <PackageReference Include="ShadowProxy.NodeAgent" Version="{feed.Version}" />
              </ItemGroup>
              <Target Name="Segments" AfterTargets="Build">
                <Error Condition="!Exists('%(JsonSchemaSegment.FullPath)')" Text="The schema is not where the package says: %(JsonSchemaSegment.FullPath)" />
              </Target>
            </Project>
            """);
        Write("Program.cs", """
            var builder = WebApplication.CreateBuilder(args);
            builder.Services.AddReverseProxy()
                .LoadFromConfig(builder.Configuration.GetSection("ReverseProxy"))
                .AddShadowing(builder.Configuration.GetSection("Shadowing"));
            builder.Services.AddNodeAgent();

            var app = builder.Build();
            app.UseWhen(context => context.Request.Path == "/self", self => self.UseNodeAgent());
            app.MapGet("/self", () => "self");
            app.MapReverseProxy(proxy => proxy.UseShadowing());
            app.Run();
            """);
        Write("appsettings.json", $$"""
            {
              "ReverseProxy": {
                "Routes": { "all": { "ClusterId": "nodes", "Match": { "Path": "{**path}" } } },
                "Clusters": { "nodes": { "Destinations": { "one": { "Address": "{{backend}}" } } } }
              },
              "Shadowing": { "Clusters": { "nodes": { "Sensitivity": "High" } } }
            }
            """);
        await DotnetCommand.RunAsync(_directory, Path.Combine(feed.Root, "packages"), "build", "-c", "Debug", "-maxcpucount:1");
    }

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(_directory, name), text);

    /// <summary>What the machine has already need not be fetched again.</summary>
    private static string FallbackFolders()
    {
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        var packages = Environment.GetEnvironmentVariable("NUGET_PACKAGES") ?? Path.Combine(home, ".nuget", "packages");
        return Directory.Exists(packages) ? $"""<fallbackPackageFolders><add key="machine" value="{packages}" /></fallbackPackageFolders>""" : "";
    }
}
