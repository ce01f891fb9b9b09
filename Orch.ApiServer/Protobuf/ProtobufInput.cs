using System.Globalization;
using System.Text;
using System.Text.Json;
using Orch.ApiServer.Json;
using Orch.ApiServer.Schema;

namespace Orch.ApiServer.Protobuf;

/// <summary>Turns a body in Kubernetes' protobuf encoding, which typed clients in Go send, into JSON.</summary>
/// <remarks>https://kubernetes.io/docs/reference/using-api/api-concepts/#protobuf-encoding-idl</remarks>
internal static class ProtobufInput
{
    // With the JSON that a message may hold, less than a writer takes.
    private const int MaxDepth = 200;

    private static ReadOnlySpan<byte> Magic => "k8s\0"u8;

    /// <exception cref="FormatException">It is not that encoding.</exception>
    public static byte[] ToJson(ReadOnlySpan<byte> body, ObjectSchema schema)
    {
        if (!body.StartsWith(Magic)) { throw new FormatException("provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]"); }
        var document = new JsonMap();
        ReadOnlySpan<byte> raw = default;
        var envelope = new ProtobufReader(body[Magic.Length..]);
        while (envelope.Read())
        {
            if (!envelope.IsBytes) { continue; }
            if (envelope.Number == 1) { ReadTypeMeta(envelope.Bytes, document); }
            else if (envelope.Number == 2) { raw = envelope.Bytes; }
        }

        if (ProtobufFields.Of(schema.DefinitionName) is null) { throw new FormatException($"{schema.GoType} does not implement the protobuf marshalling interface and cannot be encoded to a protobuf message"); }
        ReadMessage(raw, schema.DefinitionName, schema, document, 0);
        return JsonTree.Write(document);
    }

    private static void ReadTypeMeta(ReadOnlySpan<byte> message, JsonMap document)
    {
        var reader = new ProtobufReader(message);
        while (reader.Read())
        {
            if (reader.IsBytes && reader.Number is 1 or 2) { document[reader.Number == 1 ? "apiVersion" : "kind"] = Encoding.UTF8.GetString(reader.Bytes); }
        }
    }

    /// <summary>Reads a message's fields into a map.</summary>
    public static void ReadMessage(ReadOnlySpan<byte> message, string name, ObjectSchema schema, JsonMap target, int depth)
    {
        if (depth > MaxDepth) { throw new FormatException("proto: exceeded max depth"); }
        if (ProtobufFields.Of(name) is not { } fields) { return; }
        var reader = new ProtobufReader(message);
        while (reader.Read())
        {
            // Numbers that are not known came with a newer release; they are dropped, as everywhere.
            if (!fields.TryGetValue(reader.Number, out var field)) { continue; }
            if (field.IsInlined) { ReadMessage(Inner(ref reader), field.Name, schema, target, depth + 1); }
            else if (schema.Find(field.Name) is { } property) { ReadField(ref reader, field, property.Value, target, depth); }
        }
    }

    private static void ReadField(ref ProtobufReader reader, ProtobufField field, ValueSchema schema, JsonMap target, int depth)
    {
        switch (schema.Kind)
        {
            case ValueKind.List:
                if (target.GetValueOrDefault(field.Name) is not JsonList list) { target[field.Name] = list = []; }
                ReadElement(ref reader, schema.Element!, list, depth);
                break;
            case ValueKind.Map:
                if (target.GetValueOrDefault(field.Name) is not JsonMap map) { target[field.Name] = map = []; }
                ReadEntry(Inner(ref reader), schema.Element!, map, depth);
                break;
            case ValueKind.Object:
                if (target.GetValueOrDefault(field.Name) is not JsonMap inner) { target[field.Name] = inner = []; }
                ReadMessage(Inner(ref reader), schema.Object!.DefinitionName, schema.Object!, inner, depth + 1);
                break;
            default:
                if (field.ZeroIsAbsent && !reader.IsBytes && reader.Scalar == 0) { break; }
                var value = Single(ref reader, schema, depth);
                if (value is null || (value is "" && !field.KeepsEmpty)) { break; }
                target[field.Name] = value;
                break;
        }
    }

    private static void ReadElement(ref ProtobufReader reader, ValueSchema element, JsonList list, int depth)
    {
        var isNumber = element.Kind is ValueKind.Int32 or ValueKind.Int64 or ValueKind.Boolean;
        if (!isNumber || !reader.IsBytes) { list.Add(Single(ref reader, element, depth) ?? (element.Kind == ValueKind.Free ? null : string.Empty)); return; }
        // Packed: varints in a row, read as the values of fields whose key is put in front.
        foreach (var value in Unpack(reader.Bytes)) { list.Add(Number(element.Kind, value)); }
    }

    private static void ReadEntry(ReadOnlySpan<byte> entry, ValueSchema element, JsonMap map, int depth)
    {
        var key = string.Empty;
        object? value = null;
        var reader = new ProtobufReader(entry);
        while (reader.Read())
        {
            if (reader.Number == 1 && reader.IsBytes) { key = Encoding.UTF8.GetString(reader.Bytes); }
            else if (reader.Number == 2) { value = Single(ref reader, element, depth); }
        }

        // Go's zero time is null in JSON, other zeros are what they are.
        map[key] = value ?? (element.Kind is ValueKind.Time or ValueKind.MicroTime or ValueKind.Free ? null : element.Kind is ValueKind.Object or ValueKind.Map ? new JsonMap() : element.Kind == ValueKind.List ? new JsonList() : string.Empty);
    }

    private static object? Single(ref ProtobufReader reader, ValueSchema schema, int depth)
    {
        switch (schema.Kind)
        {
            case ValueKind.String: return Encoding.UTF8.GetString(Inner(ref reader));
            case ValueKind.Int32 or ValueKind.Int64 or ValueKind.Boolean: return Number(schema.Kind, reader.Scalar);
            case ValueKind.Double:
                var number = BitConverter.UInt64BitsToDouble(reader.Scalar);
                return double.IsFinite(number) ? new JsonNumber(number.ToString("R", CultureInfo.InvariantCulture)) : throw new FormatException("json: unsupported value");
            case ValueKind.Bytes: return Convert.ToBase64String(Inner(ref reader));
            case ValueKind.Time or ValueKind.MicroTime: return Time(Inner(ref reader), schema.Kind == ValueKind.MicroTime);
            case ValueKind.Quantity: return FirstBytes(Inner(ref reader), 1) is { Length: > 0 } text ? Encoding.UTF8.GetString(text) : "0";
            case ValueKind.IntOrString: return IntOrString(Inner(ref reader));
            case ValueKind.Free: return FreeMessages.Read(Inner(ref reader), FreeMessages.Of(schema), depth);
            case ValueKind.List:
                // A list inside a map is a message that holds it.
                var list = new JsonList();
                var items = new ProtobufReader(Inner(ref reader));
                while (items.Read())
                {
                    if (items.Number == 1) { ReadElement(ref items, schema.Element!, list, depth + 1); }
                }

                return list;
            case ValueKind.Object:
                var inner = new JsonMap();
                ReadMessage(Inner(ref reader), schema.Object!.DefinitionName, schema.Object!, inner, depth + 1);
                return inner;
            default: throw new FormatException("proto: a map inside a list");
        }
    }

    private static object Number(ValueKind kind, ulong value) => kind switch
    {
        ValueKind.Boolean => value != 0,
        ValueKind.Int32 => new JsonNumber(((int)value).ToString(CultureInfo.InvariantCulture)),
        _ => new JsonNumber(((long)value).ToString(CultureInfo.InvariantCulture)),
    };

    private static string? Time(ReadOnlySpan<byte> message, bool isMicro)
    {
        long seconds = 0;
        long nanos = 0;
        var isSet = false;
        var reader = new ProtobufReader(message);
        while (reader.Read())
        {
            if (reader.IsBytes) { continue; }
            if (reader.Number == 1) { seconds = (long)reader.Scalar; isSet = true; }
            if (reader.Number == 2) { nanos = (int)reader.Scalar; isSet = true; }
        }

        // Go's zero time is sent as an empty message.
        if (!isSet) { return null; }
        if (seconds is < -62135596800 or > 253402300799 || nanos is < 0 or > 999_999_999) { throw new FormatException("proto: time out of range"); }
        var time = DateTimeOffset.FromUnixTimeSeconds(seconds).AddTicks(nanos / 100).UtcDateTime;
        return time.ToString(isMicro ? "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'" : "yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
    }

    private static object IntOrString(ReadOnlySpan<byte> message)
    {
        var isText = false;
        var number = 0;
        var text = string.Empty;
        var reader = new ProtobufReader(message);
        while (reader.Read())
        {
            if (reader.Number == 1 && !reader.IsBytes) { isText = reader.Scalar != 0; }
            if (reader.Number == 2 && !reader.IsBytes) { number = (int)reader.Scalar; }
            if (reader.Number == 3 && reader.IsBytes) { text = Encoding.UTF8.GetString(reader.Bytes); }
        }

        return isText ? text : new JsonNumber(number.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>The first field of a number; null for none.</summary>
    public static byte[]? FirstBytes(ReadOnlySpan<byte> message, int number)
    {
        var reader = new ProtobufReader(message);
        while (reader.Read())
        {
            if (reader.Number == number && reader.IsBytes) { return reader.Bytes.ToArray(); }
        }

        return null;
    }

    private static List<ulong> Unpack(ReadOnlySpan<byte> packed)
    {
        var values = new List<ulong>();
        ulong value = 0;
        var shift = 0;
        foreach (var next in packed)
        {
            if (shift > 63) { throw new FormatException("proto: integer overflow"); }
            value |= (ulong)(next & 0x7F) << shift;
            shift += 7;
            if (next >= 0x80) { continue; }
            values.Add(value);
            value = 0;
            shift = 0;
        }

        return values;
    }

    private static ReadOnlySpan<byte> Inner(ref ProtobufReader reader) => reader.IsBytes ? reader.Bytes : throw new FormatException("proto: wrong wireType");
}
