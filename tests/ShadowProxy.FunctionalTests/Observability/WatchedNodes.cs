using System.Globalization;
using Microsoft.AspNetCore.Http;
using ShadowProxy.FunctionalTests.Edge;
using ShadowProxy.Signals;

namespace ShadowProxy.FunctionalTests.Observability;

/// <summary>Four nodes that report their load, answer some requests late or with an error, and one now and then with a report of nonsense.</summary>
internal sealed class WatchedNodes : IAsyncDisposable
{
    private const int Count = 4;
    private const double NormalCpu = 0.3;
    private const double ClimbPerSecond = 0.1;
    private const double HighestCpu = 0.97;

    private readonly Backend?[] _nodes = new Backend?[Count];
    private readonly long?[] _climbing = new long?[Count];
    private int _requests;

    public IEnumerable<string> Addresses => _nodes.Select(node => node!.Address);

    public static async Task<WatchedNodes> StartAsync()
    {
        var nodes = new WatchedNodes();
        for (var i = 0; i < Count; i++)
        {
            var index = i;
            nodes._nodes[i] = await Backend.StartAsync(context => nodes.AnswerAsync(context, index));
        }

        return nodes;
    }

    /// <summary>From now on the node reports that its CPU climbs.</summary>
    public void Climb(int node) => _climbing[node] = TimeProvider.System.GetTimestamp();

    /// <summary>From now on it reports its normal load.</summary>
    public void Calm(int node) => _climbing[node] = null;

    /// <summary>The node goes away.</summary>
    public async Task KillAsync(int node)
    {
        await _nodes[node]!.DisposeAsync();
        _nodes[node] = null;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes.OfType<Backend>())
            await node.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext context, int node)
    {
        var request = Interlocked.Increment(ref _requests);
        var isNonsense = node == 2 && request % 50 == 0;
        context.Response.Headers[OrcaParser.Header] =
            isNonsense ? "TEXT nonsense" : string.Create(CultureInfo.InvariantCulture, $"TEXT cpu_utilization={Cpu(node):0.000}");
        await Task.Delay(request % 40 == 0 ? 150 : 3);
        context.Response.StatusCode = request % 67 == 0 ? StatusCodes.Status500InternalServerError : StatusCodes.Status200OK;
        await context.Response.WriteAsync("answer");
    }

    private double Cpu(int node) => _climbing[node] is { } since
        ? Math.Min(HighestCpu, NormalCpu + (ClimbPerSecond * TimeProvider.System.GetElapsedTime(since).TotalSeconds))
        : NormalCpu;
}
