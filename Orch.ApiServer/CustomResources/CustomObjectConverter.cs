using System.Text.Json;
using System.Text.Json.Serialization;
using k8s.Models;
using Orch.ApiServer.Json;

namespace Orch.ApiServer.CustomResources;

/// <summary>Reads and writes custom objects; keys go out in order, so that equal objects have equal bytes.</summary>
internal sealed class CustomObjectConverter : JsonConverter<CustomObject>
{
    /// <inheritdoc />
    public override CustomObject Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartObject) { throw new JsonException("a custom object must be an object"); }
        var result = new CustomObject();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = JsonTree.GetString(ref reader);
            reader.Read();
            switch (name)
            {
                case "apiVersion" when reader.TokenType == JsonTokenType.String: result.ApiVersion = JsonTree.GetString(ref reader); break;
                case "kind" when reader.TokenType == JsonTokenType.String: result.Kind = JsonTree.GetString(ref reader); break;
                case "apiVersion" or "kind": throw new JsonException($"{name} must be a string");
                case "metadata": result.Metadata = JsonSerializer.Deserialize<V1ObjectMeta>(ref reader, options) ?? new V1ObjectMeta(); break;
                default: result.Content[name] = JsonTree.Read(ref reader); break;
            }
        }

        return result;
    }

    /// <inheritdoc />
    public override void Write(Utf8JsonWriter writer, CustomObject value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        writer.WriteString("apiVersion"u8, value.ApiVersion);
        writer.WriteString("kind"u8, value.Kind);
        writer.WritePropertyName("metadata"u8);
        JsonSerializer.Serialize(writer, value.Metadata, options);
        JsonTree.WriteMembersSorted(writer, value.Content);
        writer.WriteEndObject();
    }
}
