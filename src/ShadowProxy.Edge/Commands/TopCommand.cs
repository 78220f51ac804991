using System.CommandLine;
using System.CommandLine.Parsing;
using ShadowProxy.Edge.Top;

namespace ShadowProxy.Edge.Commands;

/// <summary><c>shadowproxy top</c>: nodes, evacuations and events of a running proxy, in the terminal.</summary>
internal static class TopCommand
{
    private const string DefaultUrl = "http://127.0.0.1:9901";

    /// <summary>The command with its options.</summary>
    public static Command Create()
    {
        var url = new Option<Uri>("--url")
        {
            Description = "The operators' listener of the proxy (Shadowing:Admin:Url)",
            HelpName = "URL",
            DefaultValueFactory = _ => new Uri(DefaultUrl),
            CustomParser = ParseUrl,
        };
        var keyFile = new Option<FileInfo?>("--key-file")
        {
            Description = $"A file that holds a key of the listener; without it, the environment variable {TopOptions.KeyVariable} is read",
            HelpName = "FILE",
        };
        var interval = new Option<double>("--interval")
        {
            Description = "Seconds between two looks; 0.2 to 60",
            HelpName = "N",
            DefaultValueFactory = _ => 1,
        };
        interval.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<double>() is not (>= 0.2 and <= 60))
                result.AddError("--interval: want 0.2 to 60 seconds.");
        });
        var sort = new Option<TopSort>("--sort") { Description = "By what nodes are sorted", DefaultValueFactory = _ => TopSort.Name };
        var once = new Option<bool>("--once") { Description = "Print one plain table and end; so it is, too, where the output is no terminal" };
        var command = new Command("top", "Shows nodes, evacuations and events of a running proxy, live. Keys: q quits, s sorts.")
        {
            url, keyFile, interval, sort, once,
        };
        command.SetAction(async (parsed, stop) =>
        {
            string? key;
            try
            {
                key = parsed.GetValue(keyFile) is { } file
                    ? (await File.ReadAllTextAsync(file.FullName, stop)).Trim()
                    : Environment.GetEnvironmentVariable(TopOptions.KeyVariable) is { Length: > 0 } given ? given.Trim() : null;
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                await Console.Error.WriteLineAsync($"--key-file: {exception.Message}");
                return 1;
            }

            var options = new TopOptions(
                parsed.GetValue(url)!, key, TimeSpan.FromSeconds(parsed.GetValue(interval)), parsed.GetValue(sort), parsed.GetValue(once));
            return await new TopSession(options, TimeProvider.System).RunAsync(stop);
        });
        return command;
    }

    private static Uri? ParseUrl(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (Uri.TryCreate(text, UriKind.Absolute, out var url) && (url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps))
            return url;
        result.AddError($"--url {text}: want the operators' listener, such as {DefaultUrl}.");
        return null;
    }
}
