using System.Diagnostics;
using ShadowProxy.FunctionalTests.Infrastructure;

namespace ShadowProxy.FunctionalTests.Edge;

/// <summary><c>shadowproxy</c> as a process of its own. It says the operators' address first, then the proxy's.</summary>
internal sealed class EdgeProcess : ServerProcess
{
    private EdgeProcess(ProcessStartInfo start)
        : base(start)
    {
    }

    public static EdgeProcess Start(params string[] arguments) => new(Command(arguments));

    public static EdgeProcess Start((string Name, string Value) variable, params string[] arguments)
    {
        var command = Command(arguments);
        command.Environment[variable.Name] = variable.Value;
        return new EdgeProcess(command);
    }

    private static ProcessStartInfo Command(string[] arguments) =>
        new("dotnet", [Path.Combine(AppContext.BaseDirectory, "ShadowProxy.Edge.dll"), .. arguments]);
}
