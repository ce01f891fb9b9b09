using System.Buffers;
using System.Text.Json;
using k8s;
using k8s.Models;
using Orch.ApiServer.Resources;
using Orch.Serialization;

namespace Orch.ApiServer.Caching;

/// <summary>A stored object in the form of another group or version, encoded once.</summary>
internal sealed class ConvertedObject(ResourceDeclaration form, IKubernetesObject<V1ObjectMeta> value, ConvertedObject? next) : IEncodedObject
{
    private byte[]? _json;

    /// <summary>The declaration whose form this is.</summary>
    public ResourceDeclaration Form { get; } = form;

    /// <summary>The next form of the same object.</summary>
    public ConvertedObject? Next { get; } = next;

    /// <inheritdoc />
    public IKubernetesObject<V1ObjectMeta> Value { get; } = value;

    /// <inheritdoc />
    public int Length => Json.Length;

    private byte[] Json => _json ??= ApiJson.Serialize(Value, Form.ObjectType);

    /// <inheritdoc />
    public void WriteTo(IBufferWriter<byte> output) => output.Write(Json);

    /// <inheritdoc />
    public int CopyTo(Span<byte> destination)
    {
        Json.CopyTo(destination);
        return Json.Length;
    }

    /// <inheritdoc />
    public int ItemLength(ReadOnlySpan<byte> type) => Json.Length - Skipped(type);

    /// <inheritdoc />
    public void WriteItemTo(IBufferWriter<byte> output, ReadOnlySpan<byte> type)
    {
        output.Write("{"u8);
        output.Write(Json.AsSpan(1 + Skipped(type)));
    }

    /// <inheritdoc />
    public void WriteMetadataTo(IBufferWriter<byte> output) => ApiJson.Serialize(output, Value.Metadata, typeof(V1ObjectMeta));

    private int Skipped(ReadOnlySpan<byte> type) => Json.AsSpan(1).StartsWith(type) ? type.Length : 0;
}
