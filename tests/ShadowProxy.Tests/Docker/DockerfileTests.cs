using System.Text.Json;
using ShadowProxy.Tests.Edge;

namespace ShadowProxy.Tests.Docker;

public sealed class DockerfileTests
{
    private const string Command = "/app/shadowproxy";

    private static readonly Dockerfile Image =
        Dockerfile.Parse(File.ReadAllText(Path.Combine(ConfigurationFiles.Repository, "docker", "Dockerfile")));

    private static readonly string[] Ignored =
        File.ReadAllLines(Path.Combine(ConfigurationFiles.Repository, "docker", "Dockerfile.dockerignore"));

    private static DockerfileStage Runtime => Image.Stages[^1];

    [Fact]
    public void Stages_BuildWithTheSdk_RunOnAChiseledImageOfTheSameVersion()
    {
        Assert.Equal(["build", "runtime"], Image.Stages.Select(stage => stage.Name));
        Assert.Equal("mcr.microsoft.com/dotnet/sdk:10.0-noble", Image.Stages[0].Image);
        Assert.Equal("mcr.microsoft.com/dotnet/aspnet:10.0-noble-chiseled", Runtime.Image);
        Assert.Equal(10, Environment.Version.Major);
    }

    [Fact]
    public void Build_WhatItCopies_ExistsAndIsNotIgnored()
    {
        var sources = Image.Stages[0].Copies().SelectMany(copy => copy.Sources).ToArray();

        Assert.All(sources, source => Assert.True(Path.Exists(Path.Combine(ConfigurationFiles.Repository, source)), source));
        Assert.Equal(sources.Select(source => "!" + source.TrimEnd('/')).Order(), Ignored.Where(line => line.StartsWith('!')).Order());
        Assert.Contains("*", Ignored);
    }

    [Fact]
    public void Build_PublishesTheEdgeHost()
    {
        var publish = Image.Stages[0].Instructions.Single(instruction => instruction.Arguments.Contains("dotnet publish", StringComparison.Ordinal)).Arguments;

        Assert.Contains(" src/ShadowProxy.Edge -c Release -o /app", publish, StringComparison.Ordinal);
        Assert.Contains(Runtime.Copies(), copy => copy is { Flags: "--from=build", Sources: ["/app"], Target: "./" });
        Assert.Equal("/app", Runtime.Single("WORKDIR"));
    }

    [Fact]
    public void Runtime_IsNotRootAndOwnsItsState()
    {
        Assert.Equal("$APP_UID", Runtime.Single("USER"));
        Assert.Equal("/var/lib/shadowproxy", Runtime.Single("VOLUME"));
        Assert.Contains(Runtime.Copies(), copy => copy is { Flags: "--from=build --chown=$APP_UID:$APP_UID", Target: "/var/lib/shadowproxy" });
        Assert.Contains("Shadowing__StateDirectory=/var/lib/shadowproxy", Runtime.Single("ENV"), StringComparison.Ordinal);
        Assert.DoesNotContain(Runtime.Instructions, instruction => instruction.Name == "RUN");
    }

    [Fact]
    public void Runtime_ListensOn8080AndIsAskedByItsOwnCommand()
    {
        Assert.Equal("8080", Runtime.Single("EXPOSE"));
        Assert.Contains("ASPNETCORE_HTTP_PORTS=8080", Runtime.Single("ENV"), StringComparison.Ordinal);
        Assert.Equal([Command], JsonSerializer.Deserialize<string[]>(Runtime.Single("ENTRYPOINT"))!);
        var check = Runtime.Single("HEALTHCHECK");
        Assert.Equal([Command, "--healthcheck"], JsonSerializer.Deserialize<string[]>(check[(check.IndexOf("CMD ", StringComparison.Ordinal) + 4)..])!);
    }

    [Theory]
    [InlineData("RUN ls")]
    [InlineData("FROM image")]
    [InlineData("FROM image AS stage\nrun ls")]
    public void Parse_NoDockerfile_IsRefused(string text) => Assert.Throws<FormatException>(() => Dockerfile.Parse(text));
}
