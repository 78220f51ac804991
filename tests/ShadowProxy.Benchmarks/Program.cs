using System.CommandLine;
using ShadowProxy.Benchmarks.Cost;
using ShadowProxy.Benchmarks.Cost.Serving;
using ShadowProxy.Benchmarks.Micro;

var root = new RootCommand("Benchmarks of ShadowProxy.")
{
    CostCommand.Create(),
    MicroCommand.Create(),
    ServeCommand.Create(),
};
return await root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(15) });
