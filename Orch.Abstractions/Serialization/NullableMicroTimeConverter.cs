using System.Text.Json;
using System.Text.Json.Serialization;

namespace Orch.Serialization;

/// <summary>metav1.MicroTime that may be absent.</summary>
internal sealed class NullableMicroTimeConverter : JsonConverter<DateTime?>
{
    public override DateTime? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        => reader.TokenType == JsonTokenType.Null ? null : Rfc3339.Read(ref reader);

    public override void Write(Utf8JsonWriter writer, DateTime? value, JsonSerializerOptions options)
    {
        if (value is { } time) { Rfc3339.Write(writer, time, Rfc3339.Microseconds); }
        else { writer.WriteNullValue(); }
    }
}
