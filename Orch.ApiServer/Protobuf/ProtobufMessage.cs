using Orch.ApiServer.Schema;

namespace Orch.ApiServer.Protobuf;

/// <summary>How an object type is written in protobuf: a field for each of its JSON properties that has one.</summary>
internal sealed class ProtobufMessage
{
    private readonly ProtobufProperty?[] _byOrdinal;

    public ProtobufMessage(ObjectSchema schema)
    {
        Schema = schema;
        _byOrdinal = new ProtobufProperty?[schema.Properties.Count];
        Add(schema.DefinitionName, []);
    }

    /// <summary>The properties.</summary>
    public ObjectSchema Schema { get; }

    /// <summary>The field of a property, or null.</summary>
    public ProtobufProperty? Find(ReadOnlySpan<byte> utf8Name) => Schema.Find(utf8Name) is { } property ? _byOrdinal[property.Ordinal] : null;

    private void Add(string message, int[] path)
    {
        foreach (var (number, field) in ProtobufFields.Of(message) ?? new Dictionary<int, ProtobufField>())
        {
            if (field.IsInlined) { Add(field.Name, [.. path, number]); }
            else if (Schema.Find(field.Name) is { } property) { _byOrdinal[property.Ordinal] = new ProtobufProperty(path, number, new ProtobufValue(property.Value)); }
        }
    }
}

/// <summary>Where a JSON property stands in a message.</summary>
/// <param name="Path">Numbers of the inlined messages around it, the outermost first. A message may come in parts, so each property opens them for itself.</param>
/// <param name="Number">Its own number.</param>
/// <param name="Value">Its type.</param>
internal sealed record ProtobufProperty(int[] Path, int Number, ProtobufValue Value);
