using CsCheck;
using ShadowProxy.Signatures;
using ShadowProxy.State;
using static ShadowProxy.Tests.State.StateRuns;

namespace ShadowProxy.Tests.State;

/// <summary>A state file that cannot be used costs nothing but the memory.</summary>
public sealed class DamagedStateTests : IDisposable
{
    private readonly StateRuns _runs = new();

    public void Dispose() => _runs.Dispose();

    [Theory]
    [InlineData("")]
    [InlineData("Some other program keeps its things here, and they are longer than a header is.")]
    public void TakeIn_ForeignFile_IsSetAsideAndSaid(string content)
    {
        File.WriteAllText(_runs.Path, content);

        _runs.Store(_runs.First).TakeIn();

        Assert.False(File.Exists(_runs.Path));
        Assert.Equal(content, File.ReadAllText(_runs.AsidePath));
        Assert.Contains("cannot be used: it is no state of ShadowProxy. It is set aside as", _runs.Warning(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, "its header is damaged")]
    [InlineData(2, "it is of format version 2, and this program reads version 1")]
    public void TakeIn_HeaderThatIsNoneOfOurs_IsSetAsideAndSaid(byte version, string problem)
    {
        var header = new byte[StateHeader.Size];
        "ShadowPx"u8.CopyTo(header);
        header[8] = version;
        File.WriteAllBytes(_runs.Path, header);

        _runs.Store(_runs.First).TakeIn();

        Assert.Equal(header, File.ReadAllBytes(_runs.AsidePath));
        Assert.Contains(problem, _runs.Warning(), StringComparison.Ordinal);
    }

    [Fact]
    public void TakeIn_MadeWithAnotherKey_IsSetAsideAndSaid()
    {
        Place(_runs.First);
        _runs.Store(_runs.First).Save();
        var after = _runs.Next();

        _runs.Store(after, SignatureKey.FromText("another key that is long enough")).TakeIn();

        Assert.Equal(0, after.Tables.Flows.Count);
        Assert.Contains("its signatures were made with another key", _runs.Warning(), StringComparison.Ordinal);
    }

    [Fact]
    public void TakeIn_CutAnywhere_IsSetAsideAndTheNextSaveIsWhole()
    {
        var whole = Saved();
        Gen.Int[0, whole.Length - 1].Sample(length => TakeInDamaged(whole[..length]), iter: 50, threads: 1);
    }

    [Fact]
    public void TakeIn_AnyByteChanged_IsSetAsideAndTheNextSaveIsWhole()
    {
        var whole = Saved();
        Gen.Select(Gen.Int[0, whole.Length - 1], Gen.Byte[1, 255]).Sample(
            (at, change) =>
            {
                var damaged = whole.ToArray();
                damaged[at] ^= change;
                TakeInDamaged(damaged);
            },
            iter: 50,
            threads: 1);
    }

    [Fact]
    public void Save_DirectoryIsGone_ThrowsAndTheFlowsStay()
    {
        var homes = Place(_runs.First);
        var store = _runs.Store(_runs.First);
        Directory.Delete(_runs.Directory, recursive: true);

        Assert.Throws<DirectoryNotFoundException>(() => store.Save());

        Assert.Equal(homes, Place(_runs.First));
        Directory.CreateDirectory(_runs.Directory);
        store.Save();
        Assert.Equal(Flows, _runs.Restart().Tables.Flows.Count);
    }

    private byte[] Saved()
    {
        Place(_runs.First);
        _runs.Store(_runs.First).Save();
        return File.ReadAllBytes(_runs.Path);
    }

    private void TakeInDamaged(byte[] content)
    {
        File.WriteAllBytes(_runs.Path, content);
        var after = _runs.Next();
        var store = _runs.Store(after);

        store.TakeIn();

        Assert.Equal(content, File.ReadAllBytes(_runs.AsidePath));
        Assert.InRange(after.Tables.Flows.Count, 0, Flows);
        Place(after);
        store.Save();
        Assert.Equal(Flows, _runs.Restart().Tables.Flows.Count);
        File.Delete(_runs.AsidePath);
    }
}
