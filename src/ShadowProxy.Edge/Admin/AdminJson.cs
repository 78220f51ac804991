using System.Numerics;
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
        options.Converters.Add(new FiniteConverter<double>());
        options.Converters.Add(new FiniteConverter<float>());
        options.Converters.Add(new SignatureConverter());
    }

    /// <summary>What is unknown is NaN here, and null there.</summary>
    private sealed class FiniteConverter<T> : JsonConverter<T>
        where T : struct, IBinaryFloatingPointIeee754<T>
    {
        public override bool HandleNull => true;

        public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.Null ? T.NaN : T.CreateTruncating(reader.GetDouble());

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options)
        {
            if (!T.IsFinite(value))
                writer.WriteNullValue();
            else if (value is float single)
                writer.WriteNumberValue(single);
            else
                writer.WriteNumberValue(double.CreateTruncating(value));
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
