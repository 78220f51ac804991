namespace ShadowProxy.Forwarding;

/// <summary>
/// Runs what follows a socket's read or write on the thread that learned of it, instead of handing it to the thread pool: two hand-overs a
/// request fewer. Right for a proxy, whose callbacks only compute and pass on: what may block (logs, stores) stands behind a queue, and long
/// transfers take turns (<see cref="YieldingStream"/>). <c>DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS</c>, which .NET reads once, says
/// whether it is on.
/// </summary>
internal static class InlineCompletions
{
    private const string Variable = "DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS";
    private const string On = "1";

    /// <summary>Whether it is on in this process.</summary>
    public static bool IsOn => Environment.GetEnvironmentVariable(Variable) == On;

    /// <summary>Switches it on unless the environment says otherwise; to be called before the process opens its first socket.</summary>
    public static void Enable()
    {
        if (Environment.GetEnvironmentVariable(Variable) is null)
            Environment.SetEnvironmentVariable(Variable, On);
    }
}
