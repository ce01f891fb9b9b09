using Orch.ApiServer.Schema;

namespace Orch.ApiServer.Protobuf;

/// <summary>How a value is written in protobuf.</summary>
internal sealed class ProtobufValue(ValueSchema schema)
{
    private ProtobufMessage? _message;

    /// <summary>What JSON it is.</summary>
    public ValueKind Kind { get; } = schema.Kind;

    /// <summary>The message of free JSON.</summary>
    public FreeMessage Free { get; } = FreeMessages.Of(schema);

    /// <summary>Of a list or a map's values.</summary>
    public ProtobufValue? Element { get; } = schema.Element is { } element ? new ProtobufValue(element) : null;

    /// <summary>Of an object; found on first use, so that recursive types end.</summary>
    public ProtobufMessage Message => _message ??= (schema.Object!.ModelType is { } model ? ProtobufModels.Find(model) : null) ?? new ProtobufMessage(schema.Object!);
}
