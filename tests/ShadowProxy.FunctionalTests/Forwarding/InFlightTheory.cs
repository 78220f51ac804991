using Microsoft.AspNetCore.Server.Kestrel.Core;
using ShadowProxy.FunctionalTests.Infrastructure;

namespace ShadowProxy.FunctionalTests.Forwarding;

/// <summary>
/// Every fault of a node, to every kind of request, over each version of HTTP on either side: what the client gets and how often each node
/// executed the request stands in <c>InFlightTable.md</c>.
/// </summary>
public sealed class InFlightTheory(InFlightRigs rigs) : IClassFixture<InFlightRigs>
{
    private static readonly string[] Versions = ["1.1", "2"];

    private static readonly Sent[] NeverTwice =
        [Sent.Post, Sent.PostExpect100Continue, Sent.BodilessPost, Sent.GrpcUnary];

    /// <summary>All that there is: requests, faults, the client's version of HTTP, the nodes'.</summary>
    public static TheoryData<Sent, Fault, string, string> Cells { get; } = new(
        from sent in Enum.GetValues<Sent>()
        from fault in Enum.GetValues<Fault>()
        from client in Versions
        from node in Versions
        where !InFlightTable.Omitted.ContainsKey((sent, client, node))
        select (sent, fault, client, node));

    [Theory]
    [MemberData(nameof(Cells))]
    public async Task Fault_WhileARequestIsInFlight_EndsAsTheTableSays(Sent sent, Fault fault, string client, string node)
    {
        if (fault != Fault.HangFoundDead)
        {
            await RunAsync(await rigs.FindAsync(Protocol(client), Protocol(node), fault), sent, fault, client, node);
            return;
        }

        // A node that was found dead stays away.
        await using var rig = await InFlightRig.StartAsync(Protocol(client), Protocol(node), fault);
        await RunAsync(rig, sent, fault, client, node);
    }

    [Fact]
    public void Table_EachRequestAndFault_IsStated() => Assert.Equal(
        Enum.GetValues<Sent>().Length * Enum.GetValues<Fault>().Length, InFlightTable.Outcomes.Count);

    [Fact]
    public void Table_PostWithoutAKey_IsExecutedOnceEverywhere() => Assert.All(
        InFlightTable.Outcomes.Concat(InFlightTable.OverHttp1).Where(cell => NeverTwice.Contains(cell.Key.Item1)),
        cell => Assert.Equal(1, cell.Value.Faulty + cell.Value.Well));

    private static async Task RunAsync(InFlightRig rig, Sent sent, Fault fault, string clientVersion, string nodeVersion)
    {
        using var client = Client(rig, clientVersion);
        var visitor = await rig.BeginFlowAsync(client, isReached: fault != Fault.ConnectRefused);
        var id = Guid.NewGuid().ToString("N");
        rig.Faulty.Fail(id, fault);
        var request = new InFlightRequest(sent);

        void GoOn() => rig.Faulty.GoOn(id);
        var answering = request.SendAsync(client, visitor.Session!, id, begins: GoOn);
        if (fault == Fault.HangFoundDead)
        {
            await Patience.EventuallyAsync(() => rig.Faulty.BodiesOf(id).Count > 0);
            await rig.FindDeadAsync(answering);
            GoOn();
        }

        var (answer, proxyStatus) = await answering;

        var expected = nodeVersion == "1.1" && InFlightTable.OverHttp1.TryGetValue((sent, fault), out var otherwise)
            ? otherwise
            : InFlightTable.Outcomes[(sent, fault)];
        Assert.Equal(expected, new Ending(answer, rig.Faulty.BodiesOf(id).Count, rig.Well.BodiesOf(id).Count));
        Assert.Equal(expected.Answer is "502" or "504" ? $"shadowproxy; error={InFlightTable.Errors[fault]}" : null, proxyStatus);
        var body = sent == Sent.PostExpect100Continue && fault is Fault.Answer503 or Fault.Answer500 ? [] : request.Body;
        Assert.All(rig.Faulty.BodiesOf(id).Concat(rig.Well.BodiesOf(id)), hash => Assert.Equal(FaultyNode.Hash(body), hash));
    }

    private static HttpClient Client(InFlightRig rig, string version) =>
        new(new SocketsHttpHandler { UseCookies = false, UseProxy = false, Expect100ContinueTimeout = Patience.Limit })
        {
            BaseAddress = rig.Address,
            Timeout = Patience.Limit,
            DefaultRequestVersion = new Version(version.Length == 1 ? $"{version}.0" : version),
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };

    private static HttpProtocols Protocol(string version) => version == "2" ? HttpProtocols.Http2 : HttpProtocols.Http1;
}
