using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Net;
using ShadowProxy.Lab.Backends;

namespace ShadowProxy.Edge.Commands;

/// <summary><c>shadowproxy backend</c>: a sample service to try the proxy with.</summary>
internal static class BackendCommand
{
    private const double LongestDelayMs = 60_000;
    private const double LongestDrainSeconds = 3600;

    public static Command Create()
    {
        var address = new Option<IPAddress>("--address")
        {
            Description = "Where it listens; in a container, 0.0.0.0.",
            DefaultValueFactory = _ => IPAddress.Loopback,
            CustomParser = ParseAddress,
            HelpName = "IP",
        };
        var port = new Option<int>("--port")
        {
            Description = "Port there; 0 = any free one.",
            DefaultValueFactory = _ => 0,
            HelpName = "N",
        };
        var name = new Option<string?>("--name") { Description = "Its name, in its answers. Default: backend-PORT.", HelpName = "S" };
        var delay = new Option<double>("--delay")
        {
            Description = "Median time in which it answers, in milliseconds.",
            DefaultValueFactory = _ => new SampleBackendOptions().DelayMs,
            HelpName = "MS",
        };
        var agentPort = new Option<int?>("--agent-port")
        {
            Description = "Port on 127.0.0.1 where it answers HAProxy's agent-check. Default: nowhere.",
            HelpName = "N",
        };
        var drain = new Option<double>("--drain")
        {
            Description = "On SIGTERM, announce it and serve until its flows have left, for so long at most. Default: stop at once.",
            HelpName = "SECONDS",
        };
        var http2 = new Option<bool>("--http2") { Description = "Speak HTTP/2 without TLS (h2c) instead of HTTP/1.1." };
        var withParent = new Option<bool>("--with-parent")
        {
            Description = "End when standard input ends, and so with the process that holds it.",
        };
        port.Validators.Add(Range(0, ushort.MaxValue));
        agentPort.Validators.Add(Range(1, ushort.MaxValue));
        drain.Validators.Add(Range(0, LongestDrainSeconds));
        delay.Validators.Add(Range(0, LongestDelayMs));

        var command = new Command("backend", "Runs a sample service, to try the proxy with.")
        {
            address, port, name, delay, agentPort, drain, http2, withParent,
        };
        // Synchronous, so that the parser leaves signals to the backend.
        command.SetAction(result =>
        {
            var options = new SampleBackendOptions
            {
                Address = result.GetValue(address)!,
                Port = result.GetValue(port),
                Name = result.GetValue(name) ?? $"backend-{result.GetValue(port)}",
                DelayMs = result.GetValue(delay),
                AgentPort = result.GetValue(agentPort),
                DrainTimeout = TimeSpan.FromSeconds(result.GetValue(drain)),
                Http2 = result.GetValue(http2),
            };
            try
            {
                BackendHost.RunAsync(options, result.GetValue(withParent)).GetAwaiter().GetResult();
                return 0;
            }
            catch (IOException exception)
            {
                // The port is taken, most of the time.
                result.InvocationConfiguration.Error.WriteLine(exception.Message);
                return 1;
            }
        });
        return command;
    }

    private static IPAddress? ParseAddress(ArgumentResult result)
    {
        if (IPAddress.TryParse(result.Tokens[0].Value, out var address))
            return address;
        result.AddError($"--address: want an IP address, such as 0.0.0.0, not '{result.Tokens[0].Value}'.");
        return null;
    }

    private static Action<OptionResult> Range(double least, double most) => result =>
    {
        if (result.Tokens is not [var token])
            return;
        if (!(double.TryParse(token.Value, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most))
            result.AddError($"{result.Option.Name}: want {least} to {most}, not '{token.Value}'.");
    };
}
