using ShadowProxy.Tables;

namespace ShadowProxy.Tests.Tables;

/// <summary>An entry that knows whose it is.</summary>
internal struct TestEntry : IFlowEntry
{
    public int Key;
    public int Value;

    public readonly bool IsExpendable => Value <= 1;
}
