using System.Buffers;
using k8s;
using k8s.Models;

namespace Orch.ApiServer.Resources;

/// <summary>An object as it stands in the watch cache: bytes at once, typed on demand, both shared and never changed.</summary>
internal interface IEncodedObject
{
    /// <summary>Up to this size an object goes out in one span: less than a block of a connection's memory by so much that what is left of a block is not missed.</summary>
    const int OneSpanBytes = 4 * 1024;

    /// <summary>The typed object with its resource version; decoded at most once.</summary>
    IKubernetesObject<V1ObjectMeta> Value { get; }

    /// <summary>Bytes that <see cref="WriteTo"/> writes.</summary>
    int Length { get; }

    /// <summary>Writes the whole object as JSON.</summary>
    void WriteTo(IBufferWriter<byte> output);

    /// <summary>Writes the same to memory of at least <see cref="Length"/> bytes; returns how many were written.</summary>
    int CopyTo(Span<byte> destination);

    /// <summary>Bytes that <see cref="WriteItemTo"/> writes.</summary>
    int ItemLength(ReadOnlySpan<byte> type);

    /// <summary>Writes the object as an item of a list that says kind and version for all its items.</summary>
    /// <param name="type">The members that are left out, as they stand after the first brace, with the comma after them; empty leaves out none.</param>
    void WriteItemTo(IBufferWriter<byte> output, ReadOnlySpan<byte> type);

    /// <summary>Writes the value of <c>metadata</c> as JSON.</summary>
    void WriteMetadataTo(IBufferWriter<byte> output);
}
