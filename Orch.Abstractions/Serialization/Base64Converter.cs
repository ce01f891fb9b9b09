using System.Text.Json;
using System.Text.Json.Serialization;

namespace Orch.Serialization;

/// <summary>Standard base64, line breaks inside it allowed as Go allows them.</summary>
internal sealed class Base64Converter : JsonConverter<byte[]>
{
    public override byte[]? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.Null) { return null; }
        if (reader.TokenType != JsonTokenType.String) { throw new JsonException("bytes must be a base64 string"); }
        if (reader.TryGetBytesFromBase64(out var bytes)) { return bytes; }
        try
        {
            return Convert.FromBase64String(reader.GetString()!.Replace("\r", string.Empty, StringComparison.Ordinal).Replace("\n", string.Empty, StringComparison.Ordinal));
        }
        catch (FormatException exception)
        {
            throw new JsonException("illegal base64 data", exception);
        }
    }

    public override void Write(Utf8JsonWriter writer, byte[] value, JsonSerializerOptions options) => writer.WriteBase64StringValue(value);
}
