namespace Orch.ApiServer.Apply;

/// <summary>How values at a place merge and what in them can be owned: the schema of server-side apply. Immutable; safe for concurrent use.</summary>
/// <remarks>
/// A place may take a scalar, a map and a list; free JSON takes all three, everything else exactly one. Kinds whose types are not the client's models
/// give theirs through <see cref="IMergeTyped"/>.
/// </remarks>
internal sealed class MergeType
{
    /// <summary>Any JSON: maps are merged key by key, lists are replaced as a whole.</summary>
    public static MergeType Free { get; } = MakeFree();

    /// <summary>A string.</summary>
    public static MergeType String { get; } = new() { Scalar = ScalarKind.String };

    /// <summary>A number.</summary>
    public static MergeType Number { get; } = new() { Scalar = ScalarKind.Number };

    /// <summary>A flag.</summary>
    public static MergeType Boolean { get; } = new() { Scalar = ScalarKind.Boolean };

    /// <summary>Any scalar.</summary>
    public static MergeType AnyScalar { get; } = new() { Scalar = ScalarKind.Any };

    /// <summary>Which scalars are taken.</summary>
    public ScalarKind Scalar { get; init; }

    /// <summary>Null: no map is taken.</summary>
    public MergeMap? Map { get; init; }

    /// <summary>Null: no list is taken.</summary>
    public MergeList? List { get; init; }

    /// <summary>A struct: only declared fields are taken.</summary>
    public static MergeType Struct(IReadOnlyList<MergeField> fields, bool isAtomic = false) => new() { Map = new MergeMap(fields, null, isAtomic) };

    /// <summary>A map of any keys.</summary>
    public static MergeType MapOf(MergeType element, bool isAtomic = false) => new() { Map = new MergeMap([], () => element, isAtomic) };

    /// <summary>A list that is replaced as a whole.</summary>
    public static MergeType AtomicList(MergeType element) => new() { List = new MergeList(() => element, isAtomic: true, []) };

    /// <summary>A list of distinct scalars.</summary>
    public static MergeType Set(MergeType element) => new() { List = new MergeList(() => element, isAtomic: false, []) };

    /// <summary>A list whose items some of their fields tell apart.</summary>
    public static MergeType Keyed(MergeType element, params MergeKey[] keys) => new() { List = new MergeList(() => element, isAtomic: false, keys) };

    private static MergeType MakeFree()
    {
        MergeType? free = null;
        free = new MergeType
        {
            Scalar = ScalarKind.Any,
            Map = new MergeMap([], () => free!, isAtomic: false),
            List = new MergeList(() => free!, isAtomic: true, []),
        };
        return free;
    }
}
