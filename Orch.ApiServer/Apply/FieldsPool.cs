using Orch.Serialization;

namespace Orch.ApiServer.Apply;

/// <summary>Shares equal sets: all pods of one controller own the same fields. Bounded; what does not fit is simply not shared. Safe for concurrent use.</summary>
internal sealed class FieldsPool
{
    private const int Slots = 4096;
    private readonly RawJson?[] _slots = new RawJson?[Slots];

    /// <summary>The shared form of a set's JSON; copied when it is new.</summary>
    public RawJson Share(ReadOnlySpan<byte> json)
    {
        var hash = new HashCode();
        hash.AddBytes(json);
        ref var slot = ref _slots[(uint)hash.ToHashCode() % Slots];
        if (Volatile.Read(ref slot) is { } known && known.Utf8.Span.SequenceEqual(json)) { return known; }
        var made = new RawJson(json.ToArray());
        Volatile.Write(ref slot, made);
        return made;
    }
}
