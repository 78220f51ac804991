namespace ShadowProxy.Configuration;

/// <summary>Secrets that stand in the configuration or in a file that it names.</summary>
internal static class Secret
{
    /// <summary>The secret, without white space around it; null where neither is given.</summary>
    public static string? Read(string? value, string? file) => value ?? (file is null ? null : File.ReadAllText(file).Trim());

    /// <summary>What is wrong with a secret's file; null where nothing is.</summary>
    public static string? ProblemOf(string file)
    {
        try
        {
            return Read(null, file)!.Length >= SecretAttribute.LeastLength ? null : $"holds too little: a secret {SecretAttribute.TooShort}";
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return $"cannot be read: {exception.Message}";
        }
    }
}
