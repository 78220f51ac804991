using Microsoft.AspNetCore.Http;

namespace ShadowProxy.FunctionalTests.Sources;

/// <summary>How a source is broken.</summary>
public enum Breakage
{
    /// <summary>It takes the question, and never answers.</summary>
    Silent,

    /// <summary>It says something once, and then nothing, for ever.</summary>
    Hanging,

    /// <summary>It says what is no sense.</summary>
    Garbage,

    /// <summary>Every other time it speaks well, then it breaks off.</summary>
    Flapping,

    /// <summary>It says far too much.</summary>
    Oversize,
}

/// <summary>Answers of a node that offers a source, and offers it badly: ORCA by gRPC, and metrics.</summary>
internal sealed class BrokenSource(Breakage breakage)
{
    /// <summary>An <c>OrcaLoadReport</c> with a CPU utilisation of 0.5, in a frame of gRPC.</summary>
    private static readonly byte[] Report = [0, 0, 0, 0, 9, (1 << 3) | 1, .. BitConverter.GetBytes(0.5)];

    private static readonly byte[] GarbageFrame = [0, 0, 0, 0, 3, 0xff, 0xff, 0xff];

    private static readonly byte[] OversizeFrame = [0, 0, 16, 0, 0, .. new byte[1 << 20]];

    private int _asked;

    /// <summary>Answers where the source is asked; leaves all other requests.</summary>
    public Task AnswerAsync(HttpContext context) => context.Request.Path.Value switch
    {
        "/xds.service.orca.v3.OpenRcaService/StreamCoreMetrics" => StreamAsync(context),
        "/metrics" => ScrapeAsync(context),
        _ => Task.CompletedTask,
    };

    private async Task StreamAsync(HttpContext context)
    {
        var (asked, response, aborted) = (Interlocked.Increment(ref _asked), context.Response, context.RequestAborted);
        response.ContentType = "application/grpc";
        if (breakage == Breakage.Silent)
            await HangAsync(context);
        await response.Body.WriteAsync(breakage switch { Breakage.Garbage => GarbageFrame, Breakage.Oversize => OversizeFrame, _ => Report }, aborted);
        await response.Body.FlushAsync(aborted);
        if (breakage is Breakage.Hanging or Breakage.Garbage)
            await HangAsync(context);
        if (breakage == Breakage.Flapping && asked % 2 == 0)
            context.Abort();
    }

    private async Task ScrapeAsync(HttpContext context)
    {
        var (asked, response, aborted) = (Interlocked.Increment(ref _asked), context.Response, context.RequestAborted);
        switch (breakage)
        {
            case Breakage.Silent:
                await HangAsync(context);
                break;
            case Breakage.Hanging:
                await response.WriteAsync("process_open_fds 5\n", aborted);
                await response.Body.FlushAsync(aborted);
                await HangAsync(context);
                break;
            case Breakage.Garbage:
                await response.WriteAsync("<html>not found</html>\n", aborted);
                break;
            case Breakage.Flapping when asked % 2 == 0:
                context.Abort();
                break;
            case Breakage.Flapping:
                await response.WriteAsync("process_open_fds 5\nprocess_max_fds 10\n", aborted);
                break;
            case Breakage.Oversize:
                var lines = new string('#', 1000) + "\n";
                while (!aborted.IsCancellationRequested)
                    await response.WriteAsync(lines, aborted);
                break;
        }
    }

    private static Task HangAsync(HttpContext context) => Task.Delay(Timeout.Infinite, context.RequestAborted);
}
