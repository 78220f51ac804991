namespace ShadowProxy.Configuration;

/// <summary>Knows where a value of the configuration stands, in the words of whoever wrote it there. Provided by the host, where it does.</summary>
internal interface ISettingLocator
{
    /// <summary>The file and its line, or the environment variable.</summary>
    /// <param name="path">The configuration path, such as <c>Shadowing:Defaults:Failback</c>.</param>
    string Find(string path);
}
