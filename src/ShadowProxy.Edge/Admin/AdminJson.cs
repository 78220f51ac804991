using System.Text.Json;
using System.Text.Json.Serialization;
using ShadowProxy.Signatures;

namespace ShadowProxy.Edge.Admin;

/// <summary>How the admin API writes JSON: camelCase, enums as kebab-case words, a flow's signature as its digits, what is unknown as null.</summary>
internal static class AdminJson
{
    public static void Configure(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.CamelCase;
        (options.RespectRequiredConstructorParameters, options.RespectNullableAnnotations) = (true, true);
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower, allowIntegerValues: false));
        options.Converters.Add(new FiniteConverter());
        options.Converters.Add(new SignatureConverter());
    }

    private sealed class FiniteConverter : JsonConverter<double>
    {
        public override double Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetDouble();

        public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options)
        {
            if (double.IsFinite(value))
                writer.WriteNumberValue(value);
            else
                writer.WriteNullValue();
        }
    }

    private sealed class SignatureConverter : JsonConverter<Signature>
    {
        public override Signature Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            Signature.TryParse(reader.GetString(), out var signature) ? signature : throw new JsonException("a signature has 32 hexadecimal digits");

        public override void Write(Utf8JsonWriter writer, Signature value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.ToString());
    }
}
