namespace ShadowProxy.NodeAgent;

/// <summary>What a node that stays answers at the agent-check port.</summary>
internal interface IAgentCheckRule
{
    /// <summary>The answer, without its line end. Called by one thread at a time.</summary>
    /// <param name="load">What the node last measured; unknown figures are NaN.</param>
    string Answer(in LoadSample load);
}
