using Spectre.Console;

namespace ShadowProxy.Edge.Top;

/// <summary><c>shadowproxy top</c>: one table, or a picture that is drawn anew until a key or Ctrl+C ends it.</summary>
internal sealed class TopSession(TopOptions options, TimeProvider time)
{
    private const int Done = 0;
    private const int NotPossible = 1;
    private const int PlainWidth = 160;
    private const string Keys = "q quits, s sorts by";

    private static readonly TimeSpan KeyPause = TimeSpan.FromMilliseconds(50);

    /// <summary>Runs it.</summary>
    /// <param name="stop">Ends it.</param>
    /// <returns>The exit code: 0, or 1 where the proxy could not be asked.</returns>
    public async Task<int> RunAsync(CancellationToken stop)
    {
        using var client = new TopClient(options.Url, options.Key, time);
        var console = AnsiConsole.Console;
        var isLive = !options.Once && !Console.IsOutputRedirected && console.Profile.Capabilities is { Ansi: true, Interactive: true };
        try
        {
            if (isLive)
                await console.Live(new Text($"Asking {options.Url} …")).Overflow(VerticalOverflow.Crop).Cropping(VerticalOverflowCropping.Bottom)
                    .StartAsync(live => FollowAsync(client, console, live, stop));
            else
                WritePlain(await client.ReadAsync(stop));
            return Done;
        }
        catch (TopException exception)
        {
            await Console.Error.WriteLineAsync(exception.Message);
            return NotPossible;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return Done;
        }
    }

    private void WritePlain(TopSnapshot snapshot)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.No,
            ColorSystem = ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(Console.Out),
        });
        console.Profile.Width = PlainWidth;
        console.Write(TopScreen.Draw(snapshot, options.Sort, PlainWidth, problem: null, keys: null));
    }

    private async Task FollowAsync(TopClient client, IAnsiConsole console, LiveDisplayContext live, CancellationToken stop)
    {
        TopSnapshot? snapshot = null;
        var sort = options.Sort;
        while (true)
        {
            string? problem = null;
            try
            {
                snapshot = await client.ReadAsync(stop);
            }
            catch (TopException exception) when (snapshot is not null || !exception.IsFinal)
            {
                problem = $"{exception.Message}; trying again";
            }

            for (var waited = TimeSpan.Zero; waited < options.Interval; waited += KeyPause)
            {
                live.UpdateTarget(TopScreen.Draw(snapshot, sort, console.Profile.Width, problem, $"{Keys} {sort.ToString().ToLowerInvariant()}"));
                if (!await WaitForKeyAsync(stop))
                    continue;
                switch (Console.ReadKey(intercept: true).Key)
                {
                    case ConsoleKey.Q or ConsoleKey.Escape:
                        return;
                    case ConsoleKey.S:
                        sort = (TopSort)(((int)sort + 1) % Enum.GetValues<TopSort>().Length);
                        break;
                }
            }
        }
    }

    /// <summary>Waits a little, or less where a key is pressed.</summary>
    private async Task<bool> WaitForKeyAsync(CancellationToken stop)
    {
        await Task.Delay(KeyPause, time, stop);
        return !Console.IsInputRedirected && Console.KeyAvailable;
    }
}
