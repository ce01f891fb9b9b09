using System.Text;
using k8s;
using Orch.ApiServer.Resources;

namespace Orch.ApiServer.Protobuf;

/// <summary>What stands around a message on the wire: a prefix, and a <c>runtime.Unknown</c> that names the message's kind.</summary>
/// <remarks>https://kubernetes.io/docs/reference/using-api/api-concepts/#protobuf-encoding</remarks>
internal static class ProtobufEnvelope
{
    // contentEncoding and contentType, both empty.
    private static ReadOnlySpan<byte> Tail => [0x1A, 0, 0x22, 0];

    private static ReadOnlySpan<byte> Magic => "k8s\0"u8;

    /// <summary>What comes before a message of a length.</summary>
    public static void WriteHead(ProtobufBuffer output, string apiVersion, string kind, long length)
    {
        WriteType(output, apiVersion, kind);
        output.Raw([0x12]);
        var value = (ulong)length;
        for (; value >= 0x80; value >>= 7) { output.Raw([(byte)(value | 0x80)]); }
        output.Raw([(byte)value]);
    }

    /// <summary>What comes after a message.</summary>
    public static void WriteTail(ProtobufBuffer output) => output.Raw(Tail);

    /// <summary>Writes a whole object; its message is written by an action.</summary>
    public static void Write<TState>(ProtobufBuffer output, string apiVersion, string kind, TState state, Action<ProtobufBuffer, TState> message)
    {
        WriteType(output, apiVersion, kind);
        var start = output.Begin(2);
        message(output, state);
        output.End(start);
        output.Raw(Tail);
    }

    /// <summary>Writes an object that a model holds.</summary>
    /// <exception cref="NotSupportedException">The model has no protobuf form.</exception>
    public static void WriteModel(ProtobufBuffer output, IKubernetesObject model, ReadOnlyMemory<byte> json)
    {
        var message = ProtobufModels.Find(model.GetType()) ?? throw new NotSupportedException($"{model.GetType().Name} has no protobuf form.");
        Write(output, model.ApiVersion ?? string.Empty, model.Kind ?? string.Empty, (json, message), static (output, state) => ProtobufOutput.Write(output, state.json.Span, state.message));
    }

    /// <summary>Writes a whole object, or its metadata alone.</summary>
    public static void WriteObject(ProtobufBuffer output, ResourceDeclaration declaration, IEncodedObject item, bool isPartial, string metaVersion = "meta.k8s.io/v1")
    {
        if (isPartial) { Write(output, metaVersion, "PartialObjectMetadata", item, static (output, item) => WritePartial(output, item)); return; }
        Write(
            output, declaration.Kind.ApiVersion, declaration.Kind.Kind, (item, message: ProtobufModels.Find(declaration.ObjectType)!),
            static (output, state) => WriteMessage(output, state.item, state.message));
    }

    /// <summary>Writes an object's message.</summary>
    public static void WriteMessage(ProtobufBuffer output, IEncodedObject item, ProtobufMessage message)
    {
        if (item is Caching.CachedObject cached) { ProtobufOutput.Write(output, cached.StoredJson.Span, message, cached.Revision); return; }
        var json = new System.Buffers.ArrayBufferWriter<byte>(item.Length);
        item.WriteTo(json);
        ProtobufOutput.Write(output, json.WrittenSpan, message);
    }

    /// <summary>Writes the message of an object's <c>PartialObjectMetadata</c>.</summary>
    public static void WritePartial(ProtobufBuffer output, IEncodedObject item)
    {
        var json = new System.Buffers.ArrayBufferWriter<byte>(1024);
        item.WriteMetadataTo(json);
        var start = output.Begin(1);
        ProtobufOutput.Write(output, json.WrittenSpan, ProtobufModels.Metadata);
        output.End(start);
    }

    private static void WriteType(ProtobufBuffer output, string apiVersion, string kind)
    {
        output.Raw(Magic);
        var type = output.Begin(1);
        output.Bytes(1, Encoding.UTF8.GetBytes(apiVersion));
        output.Bytes(2, Encoding.UTF8.GetBytes(kind));
        output.End(type);
    }
}
