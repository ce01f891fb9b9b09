using System.Globalization;
using System.Text;
using Orch.ApiServer.Protobuf;
using Orch.ApiServer.Registry;
using Orch.ApiServer.Resources;

namespace Orch.ApiServer.Serving;

/// <summary>A list in protobuf, in pooled pieces: its length stands before it, so it must be made before it is sent.</summary>
internal sealed class ProtobufList : IDisposable
{
    private const int PieceBytes = 256 * 1024;
    private readonly List<ProtobufBuffer> _pieces = [];

    /// <summary>Writes a list.</summary>
    /// <param name="isPartial">Metadata only.</param>
    public ProtobufList(ResourceDeclaration declaration, ListResult list, bool isPartial, string metaVersion)
    {
        var message = isPartial ? null : ProtobufModels.Find(declaration.ObjectType)!;
        var head = new ProtobufBuffer();
        _pieces.Add(head);
        var piece = new ProtobufBuffer();
        _pieces.Add(piece);
        WriteMetadata(piece, list);
        foreach (var item in list.Items)
        {
            if (piece.Length > PieceBytes) { _pieces.Add(piece = new ProtobufBuffer()); }
            var start = piece.Begin(2);
            var shown = item.As(declaration);
            if (message is null) { ProtobufEnvelope.WritePartial(piece, shown); } else { ProtobufEnvelope.WriteMessage(piece, shown, message); }
            piece.End(start);
        }

        var length = _pieces.Sum(static item => (long)item.Length);
        var (kind, version) = isPartial ? ("PartialObjectMetadataList", metaVersion) : (declaration.Kind.Kind + "List", declaration.Kind.ApiVersion);
        ProtobufEnvelope.WriteHead(head, version, kind, length);
        ProtobufEnvelope.WriteTail(piece);
        Length = _pieces.Sum(static item => (long)item.Length);
    }

    /// <summary>Bytes of the whole.</summary>
    public long Length { get; }

    /// <summary>In order.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> Pieces => _pieces.Select(static item => item.Written);

    /// <inheritdoc />
    public void Dispose() => _pieces.ForEach(static item => item.Dispose());

    // ListMeta; its field numbers are fixed by the API.
    private static void WriteMetadata(ProtobufBuffer output, ListResult list)
    {
        var start = output.Begin(1);
        output.Bytes(1, []);
        output.Bytes(2, list.Revision == 0 ? [] : Encoding.ASCII.GetBytes(list.Revision.ToString(CultureInfo.InvariantCulture)));
        output.Bytes(3, Encoding.ASCII.GetBytes(list.Continue ?? string.Empty));
        if (list.Remaining is { } remaining) { output.Number(4, remaining); }
        output.End(start);
    }
}
