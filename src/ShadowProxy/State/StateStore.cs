using Microsoft.Extensions.Logging;
using ShadowProxy.Nodes;
using ShadowProxy.Signatures;
using ShadowProxy.Tables;
using ShadowProxy.Telemetry;

namespace ShadowProxy.State;

/// <summary>
/// Keeps the tables in one file of the state directory. Two processes may share it, one that leaves and one that takes over: each takes in
/// what the other saved before it saves itself, and of two that know a flow the one that saw it last is believed. Thread-safe, one at a time.
/// </summary>
internal sealed class StateStore : IDisposable
{
    /// <summary>The file's name in the state directory.</summary>
    public const string FileName = "flows.state";

    /// <summary>What a file that cannot be used has after its name.</summary>
    public const string AsideSuffix = ".aside";

    private const string RunningInfix = ".running-";

    private readonly Lock _lock = new();
    private readonly Guid _me = Guid.NewGuid();
    private readonly string _path;
    private readonly ulong _keyMark;
    private readonly FlowTables _tables;
    private readonly FlowRecords _records;
    private readonly NodeRegistry _nodes;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly HashSet<Guid> _met = [];
    private readonly FileStream _running;
    private StateHeader _taken;

    /// <summary>Makes the directory where it is not there yet.</summary>
    /// <exception cref="IOException">The directory cannot be used.</exception>
    /// <exception cref="UnauthorizedAccessException">Likewise.</exception>
    public StateStore(string directory, SignatureKey key, FlowTables tables, NodeRegistry nodes, TimeProvider time, ILogger logger)
    {
        _path = Path.GetFullPath(Path.Combine(directory, FileName));
        _keyMark = StateHeader.MarkOf(key);
        _tables = tables;
        _records = new FlowRecords(tables, nodes);
        _nodes = nodes;
        _time = time;
        _logger = logger;
        Directory.CreateDirectory(directory);
        FileDraft.DeleteAbandoned(_path);
        HasCompany = OwnedFile.Sweep(_path, RunningInfix);
        _running = OwnedFile.Create(_path, RunningInfix, FileOptions.DeleteOnClose);
    }

    /// <summary>Whether another process used the directory when this one began to.</summary>
    public bool HasCompany { get; }

    /// <summary>How many files were taken in.</summary>
    public int FilesTaken { get; private set; }

    /// <summary>Saves all flows.</summary>
    /// <returns>The size of the file in bytes.</returns>
    /// <exception cref="IOException">It could not be written; the old one is still there.</exception>
    /// <exception cref="UnauthorizedAccessException">Likewise.</exception>
    public long Save()
    {
        lock (_lock)
        {
            TakeInFile();
            using var draft = new FileDraft(_path);
            StateWriter.Write(draft.Stream, new StateHeader(_me, _time.GetUtcNow(), _tables.Clock.Now, _keyMark), _nodes, _records);
            var size = draft.Stream.Length;
            // Another process may have saved while this one wrote; its flows must be known before they are overwritten.
            TakeInFile();
            draft.TryPublish(overwrite: true);
            return size;
        }
    }

    /// <summary>
    /// Takes in the flows of the file, where it was not written by this process and is not known yet. A file that cannot be used is set aside.
    /// </summary>
    /// <returns>True where it comes from a process that was not heard of before, which so may not have heard of this one.</returns>
    /// <exception cref="IOException">It could not be set aside.</exception>
    /// <exception cref="UnauthorizedAccessException">Likewise.</exception>
    public bool TakeIn()
    {
        lock (_lock)
            return TakeInFile();
    }

    /// <summary>This process no longer uses the directory.</summary>
    public void Dispose() => _running.Dispose();

    private bool TakeInFile()
    {
        // Before the clusters are known all nodes would seem to be gone.
        if (_nodes.ClusterCount == 0 || !File.Exists(_path))
            return false;
        var taken = 0;
        try
        {
            using var stream = new FileStream(_path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 128 * 1024);
            var header = StateHeader.Read(stream);
            if (header.Writer == _me || header == _taken)
                return false;
            if (header.KeyMark != _keyMark)
                throw new InvalidDataException("its signatures were made with another key");
            var age = _time.GetUtcNow() - header.SavedAt;
            if (age < TimeSpan.Zero)
                age = TimeSpan.Zero;
            StateReader.Read(stream, _tables.Clock.Now - (age.Ticks / FlowClock.TicksPerUnit) - header.SavedTick, _nodes, _records, ref taken);
            _taken = header;
            FilesTaken++;
            ShadowingLog.StateRestored(_logger, taken, _path, age);
            return _met.Add(header.Writer);
        }
        catch (FileNotFoundException)
        {
            // Another process set it aside just now.
            return false;
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            File.Move(_path, _path + AsideSuffix, overwrite: true);
            ShadowingLog.StateSetAside(_logger, _path, exception.Message, _path + AsideSuffix, taken);
            return false;
        }
    }
}
