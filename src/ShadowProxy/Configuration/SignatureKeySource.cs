using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using ShadowProxy.Signatures;
using ShadowProxy.State;
using ShadowProxy.Telemetry;

namespace ShadowProxy.Configuration;

/// <summary>Where the signature key comes from: the option, else its file, else the state directory, else chance.</summary>
internal static class SignatureKeySource
{
    private const string FileName = "signature.key";

    /// <summary>Finds the key; creates and keeps one where there is none yet.</summary>
    /// <exception cref="ShadowingConfigurationException">The state directory cannot be used.</exception>
    public static SignatureKey Load(ShadowingOptions options, ILogger logger)
    {
        if (Secret.Read(options.SignatureKey, options.SignatureKeyFile) is { } text)
            return SignatureKey.FromText(text);
        if (options.StateDirectory is { } directory)
            return Keep(directory);
        ShadowingLog.KeyGenerated(logger);
        return SignatureKey.Generate();
    }

    private static SignatureKey Keep(string directory)
    {
        var path = Path.Combine(directory, FileName);
        try
        {
            Directory.CreateDirectory(directory);
            if (!File.Exists(path))
                Create(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Unusable(directory, $"cannot be used: {exception.Message}");
        }
        return Secret.ProblemOf(path) is { } problem
            ? throw Unusable(directory, $"{FileName} in it {problem}")
            : SignatureKey.FromText(Secret.Read(null, path)!);
    }

    /// <summary>Where two processes start at once, both take the key of the first.</summary>
    private static void Create(string path)
    {
        using var draft = new FileDraft(path);
        draft.Stream.Write(Encoding.ASCII.GetBytes(RandomNumberGenerator.GetHexString(64, lowercase: true) + "\n"));
        draft.TryPublish(overwrite: false);
    }

    /// <summary>The state directory has a problem.</summary>
    public static ShadowingConfigurationException Unusable(string directory, string problem) =>
        new([new("Shadowing:StateDirectory", directory, problem)]);
}
