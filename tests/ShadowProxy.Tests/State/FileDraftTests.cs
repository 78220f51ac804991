using ShadowProxy.State;

namespace ShadowProxy.Tests.State;

public sealed class FileDraftTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("shadowproxy-").FullName;

    private string Target => Path.Combine(_directory, "file");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void TryPublish_NewFile_IsTheOwnersAlone()
    {
        Assert.True(Publish("content", overwrite: true));

        Assert.Equal("content", File.ReadAllText(Target));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Target));
    }

    [Theory]
    [InlineData(true, "second")]
    [InlineData(false, "first")]
    public void TryPublish_FileIsThere_OverwritesOnlyWhereAsked(bool overwrite, string expected)
    {
        Publish("first", overwrite: true);

        Assert.Equal(overwrite, Publish("second", overwrite));

        Assert.Equal(expected, File.ReadAllText(Target));
        Assert.Single(Directory.GetFiles(_directory));
    }

    [Fact]
    public void Dispose_Unpublished_LeavesTheOldContentAndNothingElse()
    {
        Publish("old", overwrite: true);

        using (var draft = new FileDraft(Target))
            draft.Stream.Write("new"u8);

        Assert.Equal("old", File.ReadAllText(Target));
        Assert.Single(Directory.GetFiles(_directory));
    }

    [Fact]
    public void DeleteAbandoned_DraftOfADeadProcess_IsGoneAndThatOfALivingOneStays()
    {
        var abandoned = $"{Target}.draft-0123";
        File.WriteAllText(abandoned, "half");
        using var living = new FileDraft(Target);

        FileDraft.DeleteAbandoned(Target);

        Assert.False(File.Exists(abandoned));
        Assert.True(living.TryPublish(overwrite: true));
    }

    private bool Publish(string content, bool overwrite)
    {
        using var draft = new FileDraft(Target);
        draft.Stream.Write(System.Text.Encoding.UTF8.GetBytes(content));
        return draft.TryPublish(overwrite);
    }
}
