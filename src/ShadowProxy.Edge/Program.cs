using System.CommandLine;
using System.CommandLine.Help;
using ShadowProxy.Edge.Commands;

var config = ConfigOption.Create();
var healthcheck = new Option<bool>("--healthcheck") { Description = "Ask the proxy of this configuration whether it is ready: exit code 0 or 1" };
// Not a RootCommand, which takes its name from the assembly: the command is called otherwise.
var root = new Command("shadowproxy", "A reverse proxy that moves each flow off a backend before that backend fails.")
{
    new HelpOption(),
    new VersionOption(),
    config,
    healthcheck,
    RunCommand.Create(),
    DemoCommand.Create(),
    CheckCommand.Create(),
    BackendCommand.Create(),
    EvaluateCommand.Create(),
    TopCommand.Create(),
};
root.SetAction(parsed => parsed.GetValue(healthcheck)
    ? HealthcheckCommand.CheckAsync(parsed.GetValue(config)!, Console.Out).GetAwaiter().GetResult()
    : RunCommand.Run(parsed.GetValue(config)!));
return await root.Parse(args).InvokeAsync();
