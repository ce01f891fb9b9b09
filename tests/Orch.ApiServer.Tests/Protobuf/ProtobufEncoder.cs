using System.Globalization;
using System.Text;
using Orch.ApiServer.Json;
using Orch.ApiServer.Protobuf;
using Orch.ApiServer.Schema;

namespace Orch.ApiServer.Tests.Protobuf;

/// <summary>Encodes JSON as a client in Go would; enough to try the decoder.</summary>
internal sealed class ProtobufEncoder
{
    private readonly MemoryStream _output = new();

    public static byte[] Envelope(JsonMap document, ObjectSchema schema)
    {
        var meta = new ProtobufEncoder();
        meta.Bytes(1, Encoding.UTF8.GetBytes((string)document["apiVersion"]!));
        meta.Bytes(2, Encoding.UTF8.GetBytes((string)document["kind"]!));
        var body = new ProtobufEncoder();
        body.Bytes(1, meta.ToArray());
        body.Bytes(2, Message(document, schema.DefinitionName, schema));
        return [.. "k8s\0"u8, .. body.ToArray()];
    }

    private static byte[] Message(JsonMap map, string name, ObjectSchema schema)
    {
        var message = new ProtobufEncoder();
        foreach (var (number, field) in ProtobufFields.Of(name)!)
        {
            if (field.IsInlined) { message.Bytes(number, Message(map, field.Name, schema)); continue; }
            if (map.TryGetValue(field.Name, out var value) && schema.Find(field.Name) is { } property) { message.Value(number, value, property.Value); }
        }

        return message.ToArray();
    }

    private void Value(int number, object? value, ValueSchema schema)
    {
        switch (schema.Kind, value)
        {
            case (ValueKind.List, JsonList items):
                foreach (var item in items) { Value(number, item, schema.Element!); }
                break;
            case (ValueKind.Map, JsonMap map):
                foreach (var (key, item) in map)
                {
                    var entry = new ProtobufEncoder();
                    entry.Bytes(1, Encoding.UTF8.GetBytes(key));
                    if (schema.Element!.Kind == ValueKind.List)
                    {
                        var list = new ProtobufEncoder();
                        list.Value(1, item, schema.Element);
                        entry.Bytes(2, list.ToArray());
                    }
                    else { entry.Value(2, item, schema.Element); }
                    Bytes(number, entry.ToArray());
                }

                break;
            case (ValueKind.Object, JsonMap map): Bytes(number, Message(map, schema.Object!.DefinitionName, schema.Object!)); break;
            case (ValueKind.Int32 or ValueKind.Int64, JsonNumber digits): Varint(number, (ulong)long.Parse(digits.Text, CultureInfo.InvariantCulture)); break;
            case (ValueKind.Boolean, bool flag): Varint(number, flag ? 1UL : 0); break;
            case (ValueKind.Bytes, string text): Bytes(number, Convert.FromBase64String(text)); break;
            case (ValueKind.Time or ValueKind.MicroTime, string text):
                var time = new ProtobufEncoder();
                var at = DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
                time.Varint(1, (ulong)at.ToUnixTimeSeconds());
                time.Varint(2, (ulong)(at.Ticks % TimeSpan.TicksPerSecond * 100));
                Bytes(number, time.ToArray());
                break;
            case (ValueKind.Quantity or ValueKind.Free, _):
                var wrapped = new ProtobufEncoder();
                wrapped.Bytes(1, value is string quantity ? Encoding.UTF8.GetBytes(quantity) : JsonTree.Write(value));
                Bytes(number, wrapped.ToArray());
                break;
            case (ValueKind.IntOrString, _):
                var either = new ProtobufEncoder();
                either.Varint(1, value is string ? 1UL : 0);
                if (value is JsonNumber port) { either.Varint(2, (ulong)long.Parse(port.Text, CultureInfo.InvariantCulture)); }
                else { either.Bytes(3, Encoding.UTF8.GetBytes((string)value!)); }
                Bytes(number, either.ToArray());
                break;
            case (ValueKind.String, string text): Bytes(number, Encoding.UTF8.GetBytes(text)); break;
        }
    }

    private void Bytes(int number, byte[] value)
    {
        Raw((ulong)((number << 3) | 2));
        Raw((ulong)value.Length);
        _output.Write(value);
    }

    private void Varint(int number, ulong value)
    {
        Raw((ulong)(number << 3));
        Raw(value);
    }

    private void Raw(ulong value)
    {
        for (; value >= 0x80; value >>= 7) { _output.WriteByte((byte)(value | 0x80)); }
        _output.WriteByte((byte)value);
    }

    private byte[] ToArray() => _output.ToArray();
}
