using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;
using ShadowProxy.Signatures;
using ShadowProxy.State;
using ShadowProxy.Tests.Nodes;

namespace ShadowProxy.Tests.State;

/// <summary>Runs of the engine that share a state directory, each on a clock that begins anew. The first, with four nodes, is there.</summary>
internal sealed class StateRuns : IDisposable
{
    public const int Flows = 200;

    private static readonly SignatureKey Key = SignatureKey.FromText("0123456789abcdef");

    private readonly List<TestEngine> _engines = [];

    public StateRuns() => First = Start(new FakeTimeProvider());

    public string Directory { get; } = System.IO.Directory.CreateTempSubdirectory("shadowproxy-").FullName;

    public string Path => System.IO.Path.Combine(Directory, StateStore.FileName);

    public string AsidePath => Path + StateStore.AsideSuffix;

    public FakeLogger Log { get; } = new();

    public TestEngine First { get; }

    /// <summary>The one warning that was logged.</summary>
    public string Warning() => Assert.Single(Log.Collector.GetSnapshot(), record => record.Level == LogLevel.Warning).Message;

    public StateStore Store(TestEngine engine, SignatureKey? key = null) =>
        new(Directory, key ?? Key, engine.Tables, engine.Registry, engine.Time, Log);

    /// <summary>Another run, a while after what the first one's clock shows, that has taken nothing in yet.</summary>
    public TestEngine Next(TimeSpan pause = default, int capacity = 10_000) => Start(new FakeTimeProvider(First.Time.GetUtcNow() + pause), capacity);

    /// <summary>Another run that has taken in what was saved.</summary>
    public TestEngine Restart(TimeSpan pause = default)
    {
        var engine = Next(pause);
        Store(engine).TakeIn();
        return engine;
    }

    /// <summary>Sends a request of each flow, and gives the nodes they went to.</summary>
    public static string[] Place(TestEngine engine) => [.. Enumerable.Range(0, Flows).Select(i => engine.Choose(i).Node!.Id)];

    public void Dispose()
    {
        foreach (var engine in _engines)
            engine.Dispose();
        System.IO.Directory.Delete(Directory, recursive: true);
    }

    private TestEngine Start(FakeTimeProvider time, int capacity = 10_000)
    {
        var engine = new TestEngine(capacity, time);
        engine.SetNodes(4);
        _engines.Add(engine);
        return engine;
    }
}
