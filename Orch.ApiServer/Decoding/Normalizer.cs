using Orch.ApiServer.Json;
using Orch.ApiServer.Schema;

namespace Orch.ApiServer.Decoding;

/// <summary>Rewrites what Go's decoder takes and the models cannot hold: nulls become absent, or zero values inside lists and maps.</summary>
internal static class Normalizer
{
    /// <summary>The body again, now fit for the models.</summary>
    public static byte[] Normalize(ReadOnlySpan<byte> body, ObjectSchema schema)
    {
        var tree = JsonTree.Read(body) as JsonMap ?? [];
        Visit(tree, schema);
        return JsonTree.Write(tree);
    }

    private static void Visit(JsonMap map, ObjectSchema schema)
    {
        for (var index = map.Count - 1; index >= 0; index--)
        {
            var (name, value) = map.GetAt(index);
            if (schema.Find(name) is not { } property || value is null) { map.RemoveAt(index); continue; }
            Visit(value, property.Value);
        }
    }

    private static void Visit(object value, ValueSchema schema)
    {
        switch (schema.Kind, value)
        {
            case (ValueKind.Object, JsonMap map):
                Visit(map, schema.Object!);
                break;
            case (ValueKind.List, JsonList list):
                for (var index = 0; index < list.Count; index++)
                {
                    list[index] ??= ZeroOf(schema.Element!);
                    if (list[index] is { } item) { Visit(item, schema.Element!); }
                }

                break;
            case (ValueKind.Map, JsonMap map):
                for (var index = 0; index < map.Count; index++)
                {
                    var item = map.GetAt(index).Value ?? ZeroOf(schema.Element!);
                    map.SetAt(index, item);
                    if (item is not null) { Visit(item, schema.Element!); }
                }

                break;
        }
    }

    private static object? ZeroOf(ValueSchema schema) => schema.Kind switch
    {
        ValueKind.String or ValueKind.Bytes => string.Empty,
        ValueKind.Int32 or ValueKind.Int64 or ValueKind.Double or ValueKind.IntOrString => new JsonNumber("0"),
        ValueKind.Boolean => false,
        ValueKind.Quantity => "0",
        ValueKind.List => new JsonList(),
        ValueKind.Map or ValueKind.Object => new JsonMap(),
        _ => null,
    };
}
