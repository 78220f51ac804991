using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using ShadowProxy.Edge.Demo;
using ShadowProxy.Lab.Faults;
using ShadowProxy.Lab.Load;

namespace ShadowProxy.Edge.Commands;

/// <summary><c>shadowproxy demo</c>: four backends, the proxy, a load, and what becomes of them when a backend falls ill, live.</summary>
internal static class DemoCommand
{
    /// <summary>The command with its options.</summary>
    public static Command Create()
    {
        var scenario = Scenario();
        var duration = Number("--duration", "How long the load lasts, in seconds", 40, 5, 600);
        var rate = Number("--rate", "Requests a second, as a mean", 120, 1, 5_000);
        var sessions = Number("--sessions", "Client sessions", 200, 1, 100_000);
        var seed = Number("--seed", "The seed of load and faults: the same seed, the same run", 1, 0, int.MaxValue);
        var port = Number("--port", "The proxy's port on 127.0.0.1; 0 takes any that is free", 0, 0, 65_535);
        var json = new Option<string?>("--json")
        {
            Description = "Write the summary to this file as JSON; - for stdout, with nothing else there",
            HelpName = "FILE",
        };
        var compare = new Option<bool>("--compare")
        {
            Description = "Run the same scenario through plain YARP first, and print both side by side",
        };
        var command = new Command("demo", "Shows flows leave a backend before it fails: backends, proxy and load on this machine, live.")
        {
            scenario, duration, rate, sessions, seed, port, json, compare,
        };
        command.SetAction((parsed, stop) =>
        {
            var load = new LoadOptions
            {
                Duration = TimeSpan.FromSeconds(parsed.GetValue(duration)),
                Rate = parsed.GetValue(rate),
                Sessions = parsed.GetValue(sessions),
                Seed = parsed.GetValue(seed),
            };
            var options = new DemoOptions(
                Scenarios.Get(parsed.GetValue(scenario)!, load.Seed, load.Duration, DemoOptions.Backends), load, parsed.GetValue(port));
            return new Demonstration(options, parsed.GetValue(compare), parsed.GetValue(json), TimeProvider.System).RunAsync(stop);
        });
        return command;
    }

    private static Option<string> Scenario()
    {
        var names = string.Join(", ", Scenarios.Names);
        var option = new Option<string>("--scenario")
        {
            Description = $"What befalls the backends: {names}",
            HelpName = "NAME",
            DefaultValueFactory = _ => Scenarios.Names[0],
        };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [var name] && !Scenarios.Names.Contains(name.Value))
                result.AddError($"--scenario {name.Value}: no such scenario, want one of {names}.");
        });
        option.CompletionSources.Add([.. Scenarios.Names]);
        return option;
    }

    private static Option<int> Number(string name, string description, int byDefault, int min, int max)
    {
        return new Option<int>(name)
        {
            Description = $"{description}; {min} to {max}",
            HelpName = "N",
            DefaultValueFactory = _ => byDefault,
            CustomParser = Parse,
        };

        int Parse(ArgumentResult result)
        {
            var text = result.Tokens[0].Value;
            if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value >= min && value <= max)
                return value;
            result.AddError($"{name} {text}: want a whole number from {min} to {max}.");
            return byDefault;
        }
    }
}
