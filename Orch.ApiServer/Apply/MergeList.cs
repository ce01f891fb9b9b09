namespace Orch.ApiServer.Apply;

/// <summary>How lists at a place merge.</summary>
internal sealed class MergeList
{
    private readonly Func<MergeType> _source;
    private MergeType? _element;

    /// <param name="element">Called once, on first use.</param>
    /// <param name="isAtomic">Whether the list is replaced, and owned, as a whole.</param>
    /// <param name="keys">Empty for an atomic list and for a set of scalars.</param>
    public MergeList(Func<MergeType> element, bool isAtomic, IReadOnlyList<MergeKey> keys)
    {
        _source = element;
        IsAtomic = isAtomic;
        Keys = [.. keys.OrderBy(static key => key.Name, StringComparer.Ordinal)];
    }

    public bool IsAtomic { get; }

    /// <summary>In order of their names, as paths have them.</summary>
    public MergeKey[] Keys { get; }

    public MergeType Element => _element ??= _source();
}
