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

    public static EdgeProcess Start((string Name, string Value) variable, params string[] arguments) => Start([variable], arguments);

    public static EdgeProcess Start((string Name, string Value)[] variables, params string[] arguments) => new(With(variables, Command(arguments)));

    /// <summary>Starts it as a service manager does that holds its listening socket, a descriptor that child processes inherit.</summary>
    public static EdgeProcess StartWithSocket(nint descriptor, (string Name, string Value)[] variables, params string[] arguments)
    {
        var command = Command(arguments);
        const string Script = "exec 3<&\"$0\"; export LISTEN_PID=$$ LISTEN_FDS=1; exec \"$@\"";
        return new(With(variables, new ProcessStartInfo("bash", ["-c", Script, descriptor.ToString(), command.FileName, .. command.ArgumentList])));
    }

    private static ProcessStartInfo With((string Name, string Value)[] variables, ProcessStartInfo command)
    {
        foreach (var (name, value) in variables)
            command.Environment[name] = value;
        return command;
    }

    private static ProcessStartInfo Command(string[] arguments) =>
        new("dotnet", [Path.Combine(AppContext.BaseDirectory, "ShadowProxy.Edge.dll"), .. arguments]);
}
