using Microsoft.AspNetCore.Components.Authorization;
using MudBlazor;
using ShadowProxy.Dashboard.Feed;
using ShadowProxy.Signatures;
using ShadowProxy.Telemetry;

namespace ShadowProxy.Dashboard.Actions;

/// <summary>What an operator does on the page: asked for once more, carried out, told. The control writes the audit log under his name.</summary>
internal sealed class OperatorActs(
    OperatorControl operators, AuthenticationStateProvider users, DashboardFeed feed, IDialogService dialogs, ISnackbar messages)
{
    private static readonly (string Name, TimeSpan Time)[] MuteTimes =
    [
        ("10 minutes", TimeSpan.FromMinutes(10)),
        ("1 hour", TimeSpan.FromHours(1)),
        ("8 hours", TimeSpan.FromHours(8)),
        ("24 hours", TimeSpan.FromHours(24)),
    ];

    private static readonly DialogOptions Closable = new() { CloseOnEscapeKey = true };

    /// <summary>Moves all flows off a node.</summary>
    public Task EvacuateAsync(NodeView node) => AskAsync(
        new Question
        {
            Title = $"Evacuate {node.Node}?",
            Text = $"All its {node.Flows} flows leave for their shadows with their next request, and none come until it is restored.",
            Yes = "Evacuate",
            Grave = true,
        },
        (control, _) => control.Evacuate(node.Cluster, node.Node),
        $"{node.Node} is being evacuated.");

    /// <summary>Makes a node take all its flows again.</summary>
    public Task RestoreAsync(NodeView node) => AskAsync(
        new Question
        {
            Title = $"Restore {node.Node}?",
            Text = "It takes flows again at once, whatever the monitor thought of it.",
            Yes = "Restore",
        },
        (control, _) => control.Restore(node.Cluster, node.Node),
        $"{node.Node} takes flows again.");

    /// <summary>Brings flows home.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="node">Those of this node only; null: those of all.</param>
    public Task FailBackAsync(string cluster, string? node) => AskAsync(
        new Question
        {
            Title = $"Failback to {node ?? $"the homes in {cluster}"} now?",
            Text = $"Flows that live elsewhere return to {node ?? "their homes"} with their next request, where it is healthy. Pinned flows stay.",
            Yes = "Failback now",
        },
        (control, _) => control.FailBack(cluster, node),
        "Flows return home with their next requests.");

    /// <summary>Lets no forecast move a node's flows for a time.</summary>
    public Task MuteAsync(NodeView node) => AskAsync(
        new Question
        {
            Title = $"Mute prediction for {node.Node}?",
            Text = "No forecast moves its flows for this long. What harms users still does.",
            Yes = "Mute",
            Choices = [.. MuteTimes.Select(choice => choice.Name)],
            ChoiceName = "For",
        },
        (control, chosen) => control.MuteForecasts(node.Cluster, node.Node, MuteTimes.First(choice => choice.Name == chosen).Time),
        $"Forecasts do not move flows off {node.Node}.");

    /// <summary>Lets forecasts count again.</summary>
    public Task UnmuteAsync(NodeView node) => AskAsync(
        new Question { Title = $"Let forecasts count for {node.Node}?", Text = "A forecast may move its flows again.", Yes = "Unmute" },
        (control, _) => control.MuteForecasts(node.Cluster, node.Node, TimeSpan.Zero),
        $"Forecasts count for {node.Node} again.");

    /// <summary>Binds a flow to a node.</summary>
    public Task PinAsync(Signature flow, IEnumerable<string> nodes) => AskAsync(
        new Question
        {
            Title = "Pin the flow?",
            Text = $"{flow} stays on the node until it ends or is moved, even where the node is evacuated.",
            Yes = "Pin",
            Choices = [.. nodes],
            ChoiceName = "To",
        },
        (control, node) => control.Pin(flow, node),
        "The flow is pinned.");

    /// <summary>Moves a flow to a node.</summary>
    public Task MoveAsync(Signature flow, IEnumerable<string> nodes) => AskAsync(
        new Question
        {
            Title = "Move the flow?",
            Text = $"{flow} goes there with its next request; what follows is up to the monitor.",
            Yes = "Move",
            Choices = [.. nodes],
            ChoiceName = "To",
        },
        (control, node) => control.Move(flow, node),
        "The flow is moved.");

    private async Task AskAsync(Question question, Func<IShadowingControl, string, OperatorResult> act, string done)
    {
        var dialog = await dialogs.ShowAsync<ConfirmDialog>(null, new DialogParameters<ConfirmDialog> { { shown => shown.Question, question } }, Closable);
        if (await dialog.Result is not { Canceled: false, Data: string chosen })
            return;
        var user = (await users.GetAuthenticationStateAsync()).User;
        var result = act(operators(user), chosen);
        messages.Add(result.Done ? done : result.Error ?? "It was not possible.", result.Done ? Severity.Success : Severity.Error);
        feed.Look();
    }
}
