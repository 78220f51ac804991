namespace ShadowProxy.Tables;

/// <summary>What a table must know of its entries to choose which to give up when it is full.</summary>
internal interface IFlowEntry
{
    /// <summary>True where the entry may go in favour of a flow that was never seen before.</summary>
    bool IsExpendable { get; }
}
