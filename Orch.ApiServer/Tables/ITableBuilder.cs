using System.Buffers;
using Orch.ApiServer.Resources;

namespace Orch.ApiServer.Tables;

/// <summary>Prints objects as a <c>meta.k8s.io/v1 Table</c>.</summary>
internal interface ITableBuilder
{
    /// <summary>Writes one Table as JSON.</summary>
    void Write(TableRequest request, IBufferWriter<byte> output);
}

/// <summary>What to print.</summary>
/// <param name="Declaration">Gives the columns.</param>
/// <param name="Items">The rows, in order.</param>
/// <param name="Now">For ages.</param>
internal sealed record TableRequest(ResourceDeclaration Declaration, IReadOnlyList<IEncodedObject> Items, DateTimeOffset Now)
{
    /// <summary>What stands in each row's <c>object</c>.</summary>
    public TableObjects Objects { get; init; }

    /// <summary><c>v1beta1</c> for clients that know the older version, which is the same but for its name.</summary>
    public string Version { get; init; } = "v1";

    /// <summary>False after the first event of a watch.</summary>
    public bool WithColumns { get; init; } = true;

    /// <summary>Of the list, or of the single object.</summary>
    public string ResourceVersion { get; init; } = string.Empty;

    /// <summary>Null on the last page.</summary>
    public string? Continue { get; init; }

    /// <summary>Null when unknown.</summary>
    public long? RemainingItemCount { get; init; }
}

/// <summary>The request's <c>includeObject</c>.</summary>
internal enum TableObjects
{
    /// <summary>A <c>PartialObjectMetadata</c>; the default.</summary>
    Metadata,

    /// <summary>Nothing.</summary>
    None,

    /// <summary>The whole object.</summary>
    Object,
}
