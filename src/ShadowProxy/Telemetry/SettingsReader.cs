using System.Globalization;
using System.Reflection;
using Microsoft.Extensions.Configuration;
using ShadowProxy.Configuration;
using ShadowProxy.Nodes;
using Yarp.ReverseProxy;

namespace ShadowProxy.Telemetry;

/// <summary>
/// Tells the settings in force and where each comes from. The classes of options and settings are all it knows, so that a new option needs no
/// code here. Thread-safe.
/// </summary>
internal sealed class SettingsReader(
    ShadowingSettingsProvider provider, NodeRegistry nodes, IProxyStateLookup proxy, ISettingLocator? locator = null)
{
    private static readonly ShadowingOptions BuiltIn = new();

    private static readonly string[] Elsewhere =
        [nameof(ShadowingOptions.Defaults), nameof(ShadowingOptions.Clusters), nameof(ShadowingOptions.Routes)];

    /// <summary>Those of the proxy, of all clusters, and of all routes.</summary>
    public IReadOnlyList<SettingStatus> Read()
    {
        var settings = provider.Current;
        var options = settings.Options;
        var told = new List<SettingStatus>();
        AddOwn(told, typeof(ShadowingOptions), options, BuiltIn, "");
        foreach (var id in nodes.Clusters.Select(cluster => cluster.Id).Order(StringComparer.Ordinal))
            Add(told, new(SettingScope.Cluster, id, nameof(options.Clusters)), typeof(ClusterOptions), options.Clusters.GetValueOrDefault(id), options.Defaults, settings.ForCluster(id), "");
        foreach (var id in proxy.GetRoutes().Select(route => route.Config.RouteId).Order(StringComparer.Ordinal))
            Add(told, new(SettingScope.Route, id, nameof(options.Routes)), typeof(RouteOptions), options.Routes.GetValueOrDefault(id), options.Defaults, settings.ForRoute(id), "");
        return told;
    }

    private void AddOwn(List<SettingStatus> told, Type type, object options, object builtIn, string prefix)
    {
        foreach (var option in type.GetProperties().Where(option => !Elsewhere.Contains(option.Name)))
        {
            var (value, usual, name) = (option.GetValue(options), option.GetValue(builtIn), prefix + option.Name);
            if (IsNested(option.PropertyType))
                AddOwn(told, option.PropertyType, value!, usual!, name + ConfigurationPath.KeyDelimiter);
            else
                told.Add(Tell(new(SettingScope.Proxy, null, ""), option, name, value, Equals(value, usual) ? SettingOrigin.BuiltIn : SettingOrigin.Own));
        }
    }

    private void Add(List<SettingStatus> told, Subject subject, Type type, object? own, object? defaults, object? inForce, string prefix)
    {
        foreach (var option in type.GetProperties())
        {
            var (mine, general, name) = (own is null ? null : option.GetValue(own), Get(defaults, option.Name), prefix + option.Name);
            var value = Get(inForce, option.Name);
            if (IsNested(option.PropertyType))
                Add(told, subject, option.PropertyType, mine, general, value, name + ConfigurationPath.KeyDelimiter);
            else
                told.Add(Tell(subject, option, name, value ?? mine ?? general,
                    mine is not null ? SettingOrigin.Own : general is not null ? SettingOrigin.Defaults : SettingOrigin.BuiltIn));
        }
    }

    private SettingStatus Tell(Subject subject, PropertyInfo option, string name, object? value, SettingOrigin origin)
    {
        string?[] path =
        [
            provider.Path,
            origin == SettingOrigin.Defaults ? nameof(ShadowingOptions.Defaults) : subject.Section,
            origin == SettingOrigin.Defaults ? null : subject.Id,
            name,
        ];
        var full = ConfigurationPath.Combine(path.Where(step => !string.IsNullOrEmpty(step))!);
        return new SettingStatus
        {
            Scope = subject.Scope,
            Id = subject.Id,
            Name = name,
            Value = value is not null && option.IsDefined(typeof(SecretAttribute)) ? "(secret)" : Spell(value),
            Origin = origin,
            Source = origin == SettingOrigin.BuiltIn ? null : locator?.Find(full) ?? full,
        };
    }

    private static bool IsNested(Type type) => type.IsClass && type != typeof(string) && type.Namespace == typeof(ShadowingOptions).Namespace;

    private static object? Get(object? from, string name) => from?.GetType().GetProperty(name)?.GetValue(from);

    private static string? Spell(object? value) => value switch
    {
        null => null,
        bool flag => flag ? "true" : "false",
        string text => text,
        System.Collections.IEnumerable list => string.Join(", ", list.Cast<object?>().Select(Spell)),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString(),
    };

    /// <summary>Whose settings.</summary>
    private sealed record Subject(SettingScope Scope, string? Id, string Section);
}
