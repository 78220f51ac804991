using System.Collections;
using System.Reflection;
using Microsoft.Extensions.Configuration;

namespace ShadowProxy.Configuration;

/// <summary>
/// Reads a configuration section into a class of options, and says everything that does not fit: unknown keys, values that do not
/// parse, values that break a <see cref="ValueRuleAttribute"/>. The classes are all it knows, so a new option needs no code here.
/// Stateless; thread-safe.
/// </summary>
internal static class OptionsReader
{
    /// <summary>Reads a section; what has an error is left at its default.</summary>
    public static T Read<T>(IConfiguration section, ICollection<ConfigurationError> errors)
        where T : class, new() => (T)ReadObject(typeof(T), section, errors);

    private static object ReadObject(Type type, IConfiguration section, ICollection<ConfigurationError> errors)
    {
        var result = Activator.CreateInstance(type)!;
        var properties = type.GetProperties();
        foreach (var child in section.GetChildren())
        {
            var property = properties.FirstOrDefault(candidate => candidate.Name.Equals(child.Key, StringComparison.OrdinalIgnoreCase));
            if (property is null)
                errors.Add(new(child.Path, child.Value, "is not a known key" + Suggestion.For(child.Key, [.. properties.Select(known => known.Name)])));
            else if (ReadProperty(property, child, errors) is { } value)
                property.SetValue(result, value);
        }
        return result;
    }

    private static object? ReadProperty(PropertyInfo property, IConfigurationSection section, ICollection<ConfigurationError> errors)
    {
        var rule = property.GetCustomAttribute<ValueRuleAttribute>();
        var value = ReadValue(property.PropertyType, section, errors);
        if (value is null || rule?.Problem(value) is not { } problem)
            return value;
        errors.Add(new(section.Path, rule is SecretAttribute ? null : section.Value, problem));
        return null;
    }

    private static object? ReadValue(Type type, IConfigurationSection section, ICollection<ConfigurationError> errors)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (ElementOf(type) is { } element)
            return ReadCollection(type, element, section, errors);
        if (type.IsEnum && type.IsDefined(typeof(FlagsAttribute)))
            return ReadFlags(type, section, errors);
        if (ScalarParser.Knows(type))
            return ReadScalar(type, section, errors);
        if (!string.IsNullOrEmpty(section.Value))
            errors.Add(new(section.Path, section.Value, "must be an object, { … }"));
        return ReadObject(type, section, errors);
    }

    private static object? ReadScalar(Type type, IConfigurationSection section, ICollection<ConfigurationError> errors)
    {
        if (section.GetChildren().Any())
            errors.Add(new(section.Path, null, "must be a single value, not an object or an array"));
        if (section.Value is not { } text)
            return null;
        if (ScalarParser.TryParse(type, text, out var value, out var problem))
            return value;
        errors.Add(new(section.Path, text, problem));
        return null;
    }

    /// <summary>A set of flags is written as an array of their names.</summary>
    private static object? ReadFlags(Type type, IConfigurationSection section, ICollection<ConfigurationError> errors)
    {
        if (!string.IsNullOrEmpty(section.Value))
            errors.Add(new(section.Path, section.Value, "must be an array, [ … ]"));
        var flags = section.GetChildren().Select(child => ReadScalar(type, child, errors)).OfType<Enum>().ToArray();
        return flags.Length == 0 ? null : Enum.Parse(type, string.Join(',', flags.AsEnumerable()));
    }

    private static IDictionary? ReadCollection(Type type, Type element, IConfigurationSection section, ICollection<ConfigurationError> errors)
    {
        var isDictionary = element.IsGenericType && element.GetGenericTypeDefinition() == typeof(KeyValuePair<,>);
        if (!string.IsNullOrEmpty(section.Value))
            errors.Add(new(section.Path, section.Value, isDictionary ? "must be an object, { … }" : "must be an array, [ … ]"));
        var itemType = isDictionary ? element.GenericTypeArguments[1] : element;
        var items = section.GetChildren().Select(child => KeyValuePair.Create(child.Key, ReadValue(itemType, child, errors))).ToArray();
        if (!isDictionary || type.IsInterface)
            return null;
        var dictionary = (IDictionary)Activator.CreateInstance(type, StringComparer.OrdinalIgnoreCase)!;
        foreach (var (key, item) in items)
            dictionary[key] = item;
        return dictionary;
    }

    private static Type? ElementOf(Type type) => type == typeof(string)
        ? null
        : type.GetInterfaces().Append(type)
            .Where(candidate => candidate.IsGenericType && candidate.GetGenericTypeDefinition() == typeof(IEnumerable<>))
            .Select(candidate => candidate.GenericTypeArguments[0])
            .FirstOrDefault();
}
