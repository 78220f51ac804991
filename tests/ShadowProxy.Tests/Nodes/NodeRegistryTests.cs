using ShadowProxy.Nodes;
using Yarp.ReverseProxy.Model;

namespace ShadowProxy.Tests.Nodes;

public sealed class NodeRegistryTests
{
    private readonly NodeRegistry _registry = new();
    private readonly DestinationState _destination = new("a");

    [Fact]
    public void Update_SameIdAndAddress_KeepsTheNodeAndTakesTheSettings()
    {
        var before = Update(Describe("a", weight: 1));
        var after = Update(Describe("a", weight: 3));

        Assert.Same(before, after);
        Assert.Equal(3, after.Settings.Weight);
        Assert.Equal(3, _registry.FindCluster("c")!.TotalWeight);
    }

    [Fact]
    public void Resolve_NodeRemovedAndAddedAgain_IsNotMistaken()
    {
        var before = Update(Describe("a"));
        _registry.Update("c", []);
        var after = Update(Describe("a"));

        Assert.Equal(before.Ref.Slot, after.Ref.Slot);
        Assert.Null(_registry.Resolve(before.Ref));
        Assert.Same(after, _registry.Resolve(after.Ref));
    }

    [Fact]
    public void Resolve_OtherAddress_IsAnotherNode()
    {
        var before = Update(Describe("a", address: "http://one/"));
        var after = Update(Describe("a", address: "http://two/"));

        Assert.Null(_registry.Resolve(before.Ref));
        Assert.Same(after, _registry.Resolve(after.Ref));
    }

    [Fact]
    public void Resolve_None_IsNull()
    {
        Update(Describe("a"));

        Assert.Null(_registry.Resolve(NodeRef.None));
        Assert.Null(_registry.Resolve(new NodeRef(999, 1)));
    }

    [Fact]
    public void Resolve_GenerationsWrapRound_StayApart()
    {
        var before = Update(Describe("a"));
        for (var i = 0; i < 70_000; i++)
        {
            _registry.Update("c", []);
            var now = Update(Describe("a"));
            Assert.False(now.Ref.IsNone);
        }

        Assert.NotEqual(before.Ref, _registry.FindNode("c", "a")!.Ref);
    }

    [Fact]
    public void Remove_ForgetsTheCluster()
    {
        var node = Update(Describe("a"));
        _registry.Remove("c");

        Assert.Null(_registry.FindCluster("c"));
        Assert.Null(_registry.Resolve(node.Ref));
    }

    private Node Update(NodeDescription description)
    {
        _registry.Update("c", [description]);
        return _registry.FindNode("c", description.Id)!;
    }

    private NodeDescription Describe(string id, string address = "http://one/", double weight = 1) =>
        new(id, address, new NodeSettings(weight, null, default, 0), _destination);
}
