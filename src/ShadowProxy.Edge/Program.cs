using System.CommandLine;
using ShadowProxy.Edge.Commands;

var root = new RootCommand("Moves each flow off a backend before it fails.") { BackendCommand.Create() };
return await root.Parse(args).InvokeAsync();
