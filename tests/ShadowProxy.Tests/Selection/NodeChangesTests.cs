using CsCheck;
using ShadowProxy.Nodes;
using ShadowProxy.Tests.Nodes;

namespace ShadowProxy.Tests.Selection;

/// <summary>Flows while nodes come and go, by a model that knows where each flow was last.</summary>
public sealed class NodeChangesTests
{
    private const int Flows = 40;
    private const int MostNodes = 5;

    private enum Kind
    {
        Request,
        Add,
        Remove,
        Step,
    }

    /// <summary>Requests are the most of it.</summary>
    private static readonly Gen<(Kind Kind, int Which, int Seconds)[]> Operations = Gen.Select(
        Gen.Frequency((7, Kind.Request), (1, Kind.Add), (1, Kind.Remove), (1, Kind.Step)),
        Gen.Int[0, Flows - 1], Gen.OneOf(Gen.Int[1, 60], Gen.Int[1, 6000])).Array[0, 300];

    [Fact]
    public void NodesComeAndGo_AFlowStaysOnItsNodeAndIsOnNoOther() => Operations.Sample(operations =>
    {
        using var engine = new TestEngine();
        var present = new SortedSet<int> { 0, 1 };
        SetNodes(engine, present);
        var last = new Dictionary<int, Node>();
        foreach (var (kind, which, seconds) in operations)
        {
            switch (kind)
            {
                case Kind.Add:
                    present.Add(which % MostNodes);
                    SetNodes(engine, present);
                    break;
                case Kind.Remove:
                    present.Remove(which % MostNodes);
                    SetNodes(engine, present);
                    break;
                case Kind.Step:
                    engine.Time.Advance(TimeSpan.FromSeconds(seconds));
                    engine.Tables.Advance();
                    break;
                default:
                    Ask(engine, which, last);
                    break;
            }
        }
    }, iter: 300);

    private static void Ask(TestEngine engine, int flow, Dictionary<int, Node> last)
    {
        bool wasHeld;
        bool isRemembered;
        using (var entry = engine.Tables.Flows.Open(TestEngine.Flow(flow)))
        {
            wasHeld = entry.Exists;
            // A node that came again in the same slot is another node.
            if (wasHeld && engine.Registry.Resolve(entry.Entry.Primary) is { } primary)
                Assert.Same(last[flow], primary);
        }

        using (var entry = engine.Tables.Shadows.Open(TestEngine.Flow(flow)))
            isRemembered = entry.Exists;

        var choice = engine.Choose(flow);
        if (engine.Nodes.Length == 0)
        {
            Assert.Null(choice.Node);
            return;
        }

        Assert.Contains(choice.Node, engine.Nodes);
        if ((wasHeld || isRemembered) && last.TryGetValue(flow, out var before) && engine.Nodes.Contains(before))
            Assert.Same(before, choice.Node);
        last[flow] = choice.Node!;
        using var now = engine.Tables.Flows.Open(TestEngine.Flow(flow));
        Assert.Equal(choice.Node!.Ref, now.Entry.Primary);
    }

    private static void SetNodes(TestEngine engine, SortedSet<int> present) =>
        engine.SetNodes([.. present.Select(i => ($"n{i}", 1.0, 0))]);
}
