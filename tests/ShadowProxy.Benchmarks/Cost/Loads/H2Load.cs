using System.Globalization;
using System.Text.RegularExpressions;
using ShadowProxy.Benchmarks.Cost.Workloads;
using ShadowProxy.Benchmarks.Processes;

namespace ShadowProxy.Benchmarks.Cost.Loads;

/// <summary><c>h2load</c>: HTTP/2 by prior knowledge; each connection is a client.</summary>
internal sealed partial class H2Load : ILoad
{
    private const int Connections = 32;
    private const int StreamsPerConnection = 2;
    private const int CallLength = 64;

    private readonly string _program;
    private readonly string _log;
    private readonly string[] _arguments;

    public H2Load(string program, Site site, Uri server)
    {
        _program = program;
        _log = site.Write($"{server.Port}.h2load.log", "");
        _arguments =
        [
            "--threads=1", $"--clients={Connections}", $"--max-concurrent-streams={StreamsPerConnection}",
            .. site.Workload.Exchange == Exchange.Grpc ? CallArguments(site) : [],
            new Uri(server, site.Workload.Exchange == Exchange.Grpc ? "/bench.Echo/Unary" : site.Workload.Path).ToString(),
        ];
    }

    public async Task<LoadResult> RunAsync(double rate, TimeSpan length, CancellationToken cancellation)
    {
        var paced = double.IsFinite(rate);
        if (paced)
            File.Delete(_log);
        string[] pace = paced ? [$"--rps={Math.Max(1, Math.Round(rate / Connections))}", $"--log-file={_log}"] : [];
        var seconds = Math.Max(1, (int)length.TotalSeconds);
        var output = await Tool.RunAsync(_program, [$"--duration={seconds}", .. pace, .. _arguments], cancellation);
        var counts = Counts().Match(output);
        var failed = Number(counts, "failed") + Number(counts, "errored") + Number(counts, "timeout");
        var result = new LoadResult(Number(counts, "done"), failed, TimeSpan.FromSeconds(seconds));
        if (!paced)
            return result;

        // Columns: start, status, microseconds to the end of the answer.
        var latencies = File.ReadLines(_log).Select(line => double.Parse(line.Split('\t')[2], CultureInfo.InvariantCulture)).ToArray();
        Array.Sort(latencies);
        return result with
        {
            P50 = TimeSpan.FromMicroseconds(LoadResult.Quantile(latencies, 0.5)),
            P99 = TimeSpan.FromMicroseconds(LoadResult.Quantile(latencies, 0.99)),
        };
    }

    private static string[] CallArguments(Site site)
    {
        var path = site.Write("call", "\0\0\0\0" + (char)CallLength + new string('x', CallLength));
        return [$"--data={path}", "--header=content-type: application/grpc", "--header=te: trailers"];
    }

    private static long Number(Match counts, string name) => long.Parse(counts.Groups[name].ValueSpan, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"requests: .* (?<done>\d+) done, .* (?<failed>\d+) failed, (?<errored>\d+) errored, (?<timeout>\d+) timeout")]
    private static partial Regex Counts();
}
