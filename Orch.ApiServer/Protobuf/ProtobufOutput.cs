using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Orch.ApiServer.Json;
using Orch.ApiServer.Schema;

namespace Orch.ApiServer.Protobuf;

/// <summary>Writes JSON that fits a model as the model's protobuf message, in one pass and without making objects.</summary>
/// <remarks>
/// Fields come in the order of the JSON; readers take any order. What does not fit its property is left out, as is what has no field:
/// the JSON comes from the store, where only valid objects are.
/// </remarks>
internal static class ProtobufOutput
{
    /// <summary>Writes the fields of one message.</summary>
    /// <param name="json">An object.</param>
    /// <param name="revision">Written as the resource version of the object's metadata; 0 for none.</param>
    public static void Write(ProtobufBuffer output, ReadOnlySpan<byte> json, ProtobufMessage message, long revision = 0)
    {
        var reader = new Utf8JsonReader(json, JsonTree.ReaderOptions);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) { return; }
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isMetadata = revision > 0 && reader.ValueTextEquals("metadata"u8);
            var property = PropertyOf(ref reader, message);
            reader.Read();
            if (property is null) { reader.Skip(); continue; }
            if (!isMetadata || reader.TokenType != JsonTokenType.StartObject) { WriteProperty(output, ref reader, json, property); continue; }
            var start = output.Begin(property.Number);
            WriteRevision(output, property.Value.Message, revision);
            WriteFields(output, ref reader, json, property.Value.Message);
            output.End(start);
        }
    }

    private static void WriteRevision(ProtobufBuffer output, ProtobufMessage metadata, long revision)
    {
        var start = output.Begin(metadata.Find("resourceVersion"u8)!.Number);
        Utf8Formatter.TryFormat(revision, output.Span(20), out var digits);
        output.Advance(digits);
        output.End(start);
    }

    /// <summary>Writes an object's fields; the reader stands on the opening brace, and is left on the closing one.</summary>
    public static void WriteFields(ProtobufBuffer output, ref Utf8JsonReader reader, ReadOnlySpan<byte> json, ProtobufMessage message)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var property = PropertyOf(ref reader, message);
            reader.Read();
            if (property is null) { reader.Skip(); } else { WriteProperty(output, ref reader, json, property); }
        }
    }

    private static ProtobufProperty? PropertyOf(ref Utf8JsonReader reader, ProtobufMessage message)
        => message.Find(reader.ValueIsEscaped ? Encoding.UTF8.GetBytes(reader.GetString()!) : reader.ValueSpan);

    private static void WriteProperty(ProtobufBuffer output, ref Utf8JsonReader reader, ReadOnlySpan<byte> json, ProtobufProperty property)
    {
        if (reader.TokenType == JsonTokenType.Null) { return; }
        if (property.Path.Length == 0) { WriteValue(output, ref reader, json, property.Number, property.Value); return; }
        Span<int> starts = stackalloc int[8];
        for (var index = 0; index < property.Path.Length; index++) { starts[index] = output.Begin(property.Path[index]); }
        WriteValue(output, ref reader, json, property.Number, property.Value);
        for (var index = property.Path.Length - 1; index >= 0; index--) { output.End(starts[index]); }
    }

    private static void WriteValue(ProtobufBuffer output, ref Utf8JsonReader reader, ReadOnlySpan<byte> json, int number, ProtobufValue value)
    {
        switch (value.Kind)
        {
            case ValueKind.List when reader.TokenType == JsonTokenType.StartArray:
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray) { WriteSingle(output, ref reader, json, number, value.Element!); }
                break;
            case ValueKind.Map when reader.TokenType == JsonTokenType.StartObject:
                while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName) { WriteEntry(output, ref reader, json, number, value.Element!); }
                break;
            default: WriteSingle(output, ref reader, json, number, value); break;
        }
    }

    private static void WriteEntry(ProtobufBuffer output, ref Utf8JsonReader reader, ReadOnlySpan<byte> json, int number, ProtobufValue element)
    {
        var entry = output.Begin(number);
        WriteText(output, ref reader, 1);
        reader.Read();
        if (element.Kind != ValueKind.List) { WriteSingle(output, ref reader, json, 2, element); }
        else
        {
            // A list inside a map is a message that holds it.
            var list = output.Begin(2);
            WriteValue(output, ref reader, json, 1, element);
            output.End(list);
        }

        output.End(entry);
    }

    private static void WriteSingle(ProtobufBuffer output, ref Utf8JsonReader reader, ReadOnlySpan<byte> json, int number, ProtobufValue value)
    {
        var isText = reader.TokenType == JsonTokenType.String;
        var isNumber = reader.TokenType == JsonTokenType.Number;
        switch (value.Kind)
        {
            case ValueKind.Object when reader.TokenType == JsonTokenType.StartObject:
                var message = output.Begin(number);
                WriteFields(output, ref reader, json, value.Message);
                output.End(message);
                break;
            case ValueKind.String when isText: WriteText(output, ref reader, number); break;
            case ValueKind.Boolean when reader.TokenType is JsonTokenType.True or JsonTokenType.False: output.Number(number, reader.TokenType == JsonTokenType.True ? 1 : 0); break;
            case ValueKind.Int32 or ValueKind.Int64 when isNumber && reader.TryGetInt64(out var integer): output.Number(number, integer); break;
            case ValueKind.Double when isNumber: output.Double(number, reader.GetDouble()); break;
            case ValueKind.Bytes when isText: WriteBytes(output, ref reader, number); break;
            case ValueKind.Time or ValueKind.MicroTime when isText: WriteTime(output, ref reader, number, value.Kind == ValueKind.MicroTime); break;
            case ValueKind.Quantity when isText || isNumber:
                var quantity = output.Begin(number);
                if (isText) { WriteText(output, ref reader, 1); } else { output.Bytes(1, reader.ValueSpan); }
                output.End(quantity);
                break;
            case ValueKind.IntOrString when isText || isNumber:
                var either = output.Begin(number);
                output.Number(1, isText ? 1 : 0);
                if (isText) { WriteText(output, ref reader, 3); } else if (reader.TryGetInt64(out var port)) { output.Number(2, port); }
                output.End(either);
                break;
            case ValueKind.Free:
                var free = output.Begin(number);
                FreeMessages.Write(output, ref reader, json, value.Free);
                output.End(free);
                break;
            case ValueKind.Boolean or ValueKind.Int32 or ValueKind.Int64 when reader.TokenType == JsonTokenType.Null: output.Number(number, 0); break;
            default:
                // Null in a list or a map is a zero value, which here is an empty string or message.
                if (reader.TokenType == JsonTokenType.Null) { output.Bytes(number, []); }
                reader.Skip();
                break;
        }
    }

    /// <summary>Writes the string that the reader stands on.</summary>
    public static void WriteText(ProtobufBuffer output, ref Utf8JsonReader reader, int number)
    {
        if (!reader.ValueIsEscaped) { output.Bytes(number, reader.ValueSpan); return; }
        var start = output.Begin(number);
        output.Advance(reader.CopyString(output.Span(reader.ValueSpan.Length)));
        output.End(start);
    }

    private static void WriteBytes(ProtobufBuffer output, ref Utf8JsonReader reader, int number)
    {
        var start = output.Begin(number);
        if (reader.ValueIsEscaped) { if (reader.TryGetBytesFromBase64(out var bytes)) { output.Raw(bytes); } }
        else
        {
            var status = Base64.DecodeFromUtf8(reader.ValueSpan, output.Span(Base64.GetMaxDecodedFromUtf8Length(reader.ValueSpan.Length)), out _, out var written);
            if (status == System.Buffers.OperationStatus.Done) { output.Advance(written); }
        }

        output.End(start);
    }

    private static void WriteTime(ProtobufBuffer output, ref Utf8JsonReader reader, int number, bool isMicro)
    {
        // What is stored has microseconds at most, and a clock's offset is always zero.
        if (!reader.TryGetDateTimeOffset(out var time) && !DateTimeOffset.TryParse(reader.GetString(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out time)) { return; }
        var start = output.Begin(number);
        output.Number(1, time.ToUnixTimeSeconds());
        output.Number(2, isMicro ? time.UtcTicks % TimeSpan.TicksPerSecond / 10 * 1000 : 0);
        output.End(start);
    }
}
