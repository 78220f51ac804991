using ShadowProxy.Edge.Demo;
using ShadowProxy.Lab.Load;

namespace ShadowProxy.Tests.Edge.Demo;

/// <summary>A moment of an evacuation, as the demo would show it.</summary>
internal static class Snapshots
{
    public static DemoSnapshot Evacuation { get; } = new()
    {
        Proxy = "ShadowProxy",
        Address = new Uri("http://127.0.0.1:8080"),
        Scenario = "degrade",
        Description = "One backend falls ill.",
        Duration = TimeSpan.FromSeconds(40),
        Load = new LoadStatus { Elapsed = TimeSpan.FromSeconds(20), Requests = 2400, Slow = 7, InFlight = 3, P99Ms = 12 },
        Nodes =
        [
            new DemoNode("backend-1", "healthy", DemoTone.Good)
            {
                Score = 1,
                AdmittedShare = 1,
                InFlight = 2,
                LatencyMs = 3.25,
                RequestRate = 31,
                Flows = 61,
            },
            new DemoNode("backend-2", "evacuating", DemoTone.Caution)
            {
                Reason = "predicted",
                Score = 0.55,
                Taken = ["cpu −0.40", "memory −0.08"],
                AdmittedShare = 0.25,
                Flows = 12,
            },
        ],
        Events = [new DemoEvent(4, TimeSpan.FromSeconds(19.5), DemoTone.Caution, "38 flows left backend-2 [cpu]")],
        FlowsMigrated = 38,
    };
}
