using System.Globalization;
using ShadowProxy.Benchmarks.Cost.Workloads;
using ShadowProxy.Benchmarks.Processes;

namespace ShadowProxy.Benchmarks.Cost.Loads;

/// <summary><c>wrk</c>, with a request ready for each session; without pause only.</summary>
internal sealed class WrkLoad : ILoad
{
    private const string ResultMark = "result ";

    private readonly string _program;
    private readonly Uri _server;
    private readonly string _script;

    public WrkLoad(string program, Site site, Uri server)
    {
        _program = program;
        _server = server;
        var (method, body) = site.Workload.Exchange == Exchange.PostLarge ? ("POST", "string.rep('x', 64 * 1024)") : ("GET", "nil");
        _script = site.Write("wrk.lua", $$"""
            local requests, sent = {}, 0
            init = function()
              for session = 0, {{Sessions.Count - 1}} do
                local cookie = "theme=dark; sid=" .. string.format("%08x", session)
                local headers = { ["Cookie"] = cookie, ["Accept"] = "*/*", ["User-Agent"] = "cost" }
                requests[session] = wrk.format("{{method}}", "{{site.Workload.Path}}", headers, {{body}})
              end
            end
            request = function()
              sent = sent + 1
              return requests[sent % {{Sessions.Count}}]
            end
            done = function(summary)
              local errors = summary.errors
              local failed = errors.connect + errors.read + errors.write + errors.status + errors.timeout
              io.write(string.format("\n{{ResultMark}}%d %d %d\n", summary.requests, failed, summary.duration))
            end
            """);
    }

    public async Task<LoadResult> RunAsync(double rate, TimeSpan length, CancellationToken cancellation)
    {
        var seconds = Math.Max(1, (int)length.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        var output = await Tool.RunAsync(
            _program, ["--threads", "1", "--connections", "64", "--duration", seconds, "--script", _script, _server.ToString()], cancellation);
        return Parse(output);
    }

    private static LoadResult Parse(string output)
    {
        var line = output[(output.LastIndexOf(ResultMark, StringComparison.Ordinal) + ResultMark.Length)..];
        var numbers = line.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries)
            .Select(number => long.Parse(number, CultureInfo.InvariantCulture)).ToArray();
        return new LoadResult(numbers[0], numbers[1], TimeSpan.FromMicroseconds(numbers[2]));
    }
}
