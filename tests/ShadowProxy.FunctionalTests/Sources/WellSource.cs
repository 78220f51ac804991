using Microsoft.AspNetCore.Http;

namespace ShadowProxy.FunctionalTests.Sources;

/// <summary>Answers of a node that offers its sources well: ORCA by gRPC, and metrics.</summary>
internal static class WellSource
{
    private static readonly byte[] Report = [0, 0, 0, 0, 9, (1 << 3) | 1, .. BitConverter.GetBytes(0.5)];

    /// <summary>Answers where a source is asked; leaves all other requests.</summary>
    public static async Task AnswerAsync(HttpContext context)
    {
        var (response, aborted) = (context.Response, context.RequestAborted);
        switch (context.Request.Path.Value)
        {
            case "/xds.service.orca.v3.OpenRcaService/StreamCoreMetrics":
                response.ContentType = "application/grpc";
                while (!aborted.IsCancellationRequested)
                {
                    await response.Body.WriteAsync(Report, aborted);
                    await response.Body.FlushAsync(aborted);
                    await Task.Delay(TimeSpan.FromSeconds(0.1), aborted);
                }

                break;
            case "/metrics":
                await response.WriteAsync("process_open_fds 5\nprocess_max_fds 10\n", aborted);
                break;
        }
    }
}
