using System.Text;
using System.Text.Json;
using k8s.Models;
using Orch.ApiServer.Json;
using Orch.ApiServer.Schema;

namespace Orch.ApiServer.Protobuf;

/// <summary>Reads and writes what is free JSON to the models and has a message of its own; numbers are of <c>apiextensions/v1</c>'s unions.</summary>
internal static class FreeMessages
{
    private static readonly ModelSchemas Schemas = new();

    /// <summary>By the definition that a property refers to.</summary>
    public static FreeMessage Of(ValueSchema schema) => schema.FreeDefinition.AsSpan(schema.FreeDefinition.LastIndexOf('.') + 1) switch
    {
        "JSONSchemaPropsOrArray" => FreeMessage.SchemaOrSchemas,
        "JSONSchemaPropsOrBool" => FreeMessage.SchemaOrFlag,
        "JSONSchemaPropsOrStringArray" => FreeMessage.SchemaOrNames,
        "CustomResourceSubresourceStatus" => FreeMessage.Empty,
        _ => FreeMessage.Text,
    };

    /// <summary>Writes the value that the reader stands on, and leaves it on the value's end.</summary>
    public static void Write(ProtobufBuffer output, ref Utf8JsonReader reader, ReadOnlySpan<byte> json, FreeMessage message)
    {
        var (schema, others) = message == FreeMessage.SchemaOrFlag ? (2, 1) : (1, 2);
        switch (message)
        {
            case FreeMessage.Text:
                var first = (int)reader.TokenStartIndex;
                reader.Skip();
                output.Bytes(1, json[first..(int)reader.BytesConsumed]);
                break;
            case FreeMessage.SchemaOrFlag when reader.TokenType is JsonTokenType.True or JsonTokenType.False:
                output.Number(others, reader.TokenType == JsonTokenType.True ? 1 : 0);
                break;
            case FreeMessage.SchemaOrSchemas or FreeMessage.SchemaOrFlag or FreeMessage.SchemaOrNames when reader.TokenType == JsonTokenType.StartObject:
                if (message == FreeMessage.SchemaOrFlag) { output.Number(others, 1); }
                WriteSchema(output, ref reader, json, schema);
                break;
            case FreeMessage.SchemaOrSchemas or FreeMessage.SchemaOrNames when reader.TokenType == JsonTokenType.StartArray:
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    if (message == FreeMessage.SchemaOrSchemas && reader.TokenType == JsonTokenType.StartObject) { WriteSchema(output, ref reader, json, others); }
                    else if (message == FreeMessage.SchemaOrNames && reader.TokenType == JsonTokenType.String) { ProtobufOutput.WriteText(output, ref reader, others); }
                    else { reader.Skip(); }
                }

                break;
            default: reader.Skip(); break;
        }
    }

    /// <summary>Reads a message as the JSON that it stands for.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static object? Read(ReadOnlySpan<byte> message, FreeMessage kind, int depth)
    {
        if (kind == FreeMessage.Text) { return Text(message); }
        if (kind == FreeMessage.Empty) { return new JsonMap(); }
        JsonMap? schema = null;
        var others = new JsonList();
        var flag = false;
        var reader = new ProtobufReader(message);
        while (reader.Read())
        {
            if (!reader.IsBytes) { flag |= kind == FreeMessage.SchemaOrFlag && reader.Number == 1 && reader.Scalar != 0; }
            else if (reader.Number == (kind == FreeMessage.SchemaOrFlag ? 2 : 1)) { ReadSchema(reader.Bytes, schema ??= [], depth); }
            else if (reader.Number == 2 && kind == FreeMessage.SchemaOrNames) { others.Add(Encoding.UTF8.GetString(reader.Bytes)); }
            else if (reader.Number == 2)
            {
                var item = new JsonMap();
                ReadSchema(reader.Bytes, item, depth);
                others.Add(item);
            }
        }

        return others.Count > 0 ? others : schema is not null ? schema : kind == FreeMessage.SchemaOrFlag ? flag : null;
    }

    private static void WriteSchema(ProtobufBuffer output, ref Utf8JsonReader reader, ReadOnlySpan<byte> json, int number)
    {
        var start = output.Begin(number);
        ProtobufOutput.WriteFields(output, ref reader, json, ProtobufModels.Find(typeof(V1JSONSchemaProps))!);
        output.End(start);
    }

    private static void ReadSchema(ReadOnlySpan<byte> message, JsonMap target, int depth)
    {
        var schema = Schemas.For(typeof(V1JSONSchemaProps));
        ProtobufInput.ReadMessage(message, schema.DefinitionName, schema, target, depth + 1);
    }

    private static object? Text(ReadOnlySpan<byte> message)
    {
        var raw = ProtobufInput.FirstBytes(message, 1);
        if (raw is null or { Length: 0 }) { return null; }
        try
        {
            return JsonTree.Read(raw);
        }
        catch (JsonException exception)
        {
            throw new FormatException("proto: a raw value is not JSON", exception);
        }
    }
}
