using System.CommandLine;
using ShadowProxy.Edge.Configuration;

namespace ShadowProxy.Edge.Commands;

/// <summary>The option that names the configuration file.</summary>
internal static class ConfigOption
{
    public static Option<string> Create() => new("--config")
    {
        Description = "The configuration file",
        HelpName = "FILE",
        DefaultValueFactory = _ => EdgeConfiguration.FindFile(),
    };
}
