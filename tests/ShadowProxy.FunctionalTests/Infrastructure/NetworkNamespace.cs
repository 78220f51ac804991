using System.Diagnostics;

namespace ShadowProxy.FunctionalTests.Infrastructure;

/// <summary>
/// A network of its own behind a pair of virtual interfaces, as a machine apart: what is sent there is lost while its interface is down.
/// Needs <c>ip</c> (iproute2) and the right to make namespaces.
/// </summary>
internal sealed class NetworkNamespace : IAsyncDisposable
{
    private readonly string _name = $"sp{Environment.ProcessId}";

    /// <summary>An address of its own.</summary>
    public string Address { get; } = $"10.213.{Environment.ProcessId % 250}.2";

    private string Inside => $"{_name}b";

    private string Outside => $"{_name}a";

    /// <summary>Makes one; null where that is not possible here.</summary>
    public static async Task<NetworkNamespace?> TryCreateAsync()
    {
        var made = new NetworkNamespace();
        if (await TryAsync("netns", "add", made._name)
            && await TryAsync("link", "add", made.Outside, "type", "veth", "peer", "name", made.Inside, "netns", made._name)
            && await TryAsync("addr", "add", $"{made.Address[..^1]}1/30", "dev", made.Outside)
            && await TryAsync("link", "set", made.Outside, "up")
            && await TryAsync("-n", made._name, "addr", "add", $"{made.Address}/30", "dev", made.Inside)
            && await made.TrySetAsync(isUp: true))
            return made;
        await made.DisposeAsync();
        return null;
    }

    /// <summary>A command that runs within it.</summary>
    public ProcessStartInfo Command(string program, params string[] arguments) => new("ip", ["netns", "exec", _name, program, .. arguments]);

    /// <summary>Lets everything through, or nothing.</summary>
    public Task<bool> TrySetAsync(bool isUp) => TryAsync("-n", _name, "link", "set", Inside, isUp ? "up" : "down");

    public async ValueTask DisposeAsync() => await TryAsync("netns", "del", _name);

    private static async Task<bool> TryAsync(params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo("ip", arguments) { RedirectStandardError = true })!;
            await process.WaitForExitAsync();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            // There is no such program here.
            return false;
        }
    }
}
