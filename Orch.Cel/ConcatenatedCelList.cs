namespace Orch.Cel;

/// <summary>Two lists as one; flattened when chains of them would get deep.</summary>
internal sealed class ConcatenatedCelList : CelList
{
    private const int MaxDepth = 16;
    private readonly CelList _first;
    private readonly CelList _second;
    private readonly int _depth;

    public ConcatenatedCelList(CelList first, CelList second)
    {
        _depth = 1 + Math.Max(Depth(first), Depth(second));
        _first = _depth > MaxDepth ? Flatten(first) : first;
        _second = _depth > MaxDepth ? Flatten(second) : second;
        if (_depth > MaxDepth) { _depth = 1; }
        Count = checked(first.Count + second.Count);
    }

    public override int Count { get; }

    public override CelValue this[int index] => index < _first.Count ? _first[index] : _second[index - _first.Count];

    private static int Depth(CelList list) => list is ConcatenatedCelList concatenated ? concatenated._depth : 0;

    private static CelList Flatten(CelList list)
    {
        if (list is not ConcatenatedCelList) { return list; }
        var items = new CelValue[list.Count];
        for (var index = 0; index < items.Length; index++) { items[index] = list[index]; }
        return Of(items);
    }
}
