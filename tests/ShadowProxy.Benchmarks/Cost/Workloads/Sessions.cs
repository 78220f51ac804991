namespace ShadowProxy.Benchmarks.Cost.Workloads;

/// <summary>The sessions of the clients, each told by a cookie.</summary>
internal static class Sessions
{
    public const int Count = 1024;

    public static string Cookie(int session) => $"theme=dark; sid={session:x8}";
}
