using System.Text.Json;
using System.Text.Json.Serialization;

namespace Orch.Serialization;

/// <summary>Keeps the value of a member of any JSON as bytes: a parsed document would be several times as large.</summary>
internal sealed class FreeJsonConverter : JsonConverter<object>
{
    public override object Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => RawJson.ReadFrom(ref reader);

    public override void Write(Utf8JsonWriter writer, object value, JsonSerializerOptions options)
    {
        if (value is RawJson raw) { raw.WriteTo(writer); }
        else { JsonSerializer.Serialize(writer, value, value.GetType(), options); }
    }
}
