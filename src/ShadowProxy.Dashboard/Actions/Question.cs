namespace ShadowProxy.Dashboard.Actions;

/// <summary>What an operator is asked before something is done.</summary>
public sealed record Question
{
    /// <summary>In a few words.</summary>
    public required string Title { get; init; }

    /// <summary>What will happen.</summary>
    public required string Text { get; init; }

    /// <summary>What the button says that does it.</summary>
    public required string Yes { get; init; }

    /// <summary>True where it takes something away from users.</summary>
    public bool Grave { get; init; }

    /// <summary>What there is to choose from; the first is chosen at first; empty where there is nothing.</summary>
    public IReadOnlyList<string> Choices { get; init; } = [];

    /// <summary>What is chosen.</summary>
    public string ChoiceName { get; init; } = "";
}
