using System.Text.Json;
using System.Text.Json.Serialization;

namespace Orch.Serialization;

/// <summary>metav1.Time: whole seconds.</summary>
internal sealed class TimeConverter : JsonConverter<DateTime>
{
    public override bool HandleNull => true;

    public override DateTime Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Rfc3339.Read(ref reader);

    public override void Write(Utf8JsonWriter writer, DateTime value, JsonSerializerOptions options) => Rfc3339.Write(writer, value, Rfc3339.Seconds);
}
