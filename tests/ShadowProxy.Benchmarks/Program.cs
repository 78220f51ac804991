using System.CommandLine;
using ShadowProxy.Benchmarks.Cost;
using ShadowProxy.Benchmarks.Cost.Serving;
using ShadowProxy.Benchmarks.Gray;
using ShadowProxy.Benchmarks.Gray.Peers;
using ShadowProxy.Benchmarks.Micro;
using ShadowProxy.Benchmarks.Scale;

var root = new RootCommand("Benchmarks of ShadowProxy.")
{
    GrayCommand.Create(),
    CostCommand.Create(),
    MicroCommand.Create(),
    ScaleCommand.Create(),
    ServeCommand.Create(),
    YarpPeer.CreateCommand(),
};
// Who stops a benchmark wants what it has measured so far, and no process left.
return await root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(30) });
