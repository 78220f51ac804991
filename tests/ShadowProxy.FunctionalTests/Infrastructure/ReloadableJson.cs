using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Json;

namespace ShadowProxy.FunctionalTests.Infrastructure;

/// <summary>JSON held in memory that a test replaces at run time.</summary>
internal sealed class ReloadableJson(string json) : ConfigurationProvider, IConfigurationSource
{
    public override void Load() => Load(json);

    public void Replace(string changed)
    {
        Load(changed);
        OnReload();
    }

    public IConfigurationProvider Build(IConfigurationBuilder builder) => this;

    private void Load(string text)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(text));
        var parsed = new ParsedJson();
        parsed.Load(stream);
        Data = parsed.Values;
    }

    private sealed class ParsedJson() : JsonStreamConfigurationProvider(new JsonStreamConfigurationSource())
    {
        public IDictionary<string, string?> Values => Data;
    }
}
