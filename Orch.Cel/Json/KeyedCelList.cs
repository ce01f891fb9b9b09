namespace Orch.Cel.Json;

/// <summary>A list that stands for a set or for entries with keys.</summary>
internal sealed class KeyedCelList(CelList items, CelType type) : CelList
{
    public override int Count => items.Count;

    public override CelValue this[int index] => items[index];

    public override bool ValueEquals(CelList other)
    {
        if (Count != other.Count) { return false; }
        var mine = new Dictionary<CelValue, CelValue>(Count);
        for (var index = 0; index < Count; index++) { mine[Key(items[index])] = items[index]; }
        for (var index = 0; index < other.Count; index++)
        {
            if (!mine.TryGetValue(Key(other[index]), out var item) || !item.Equals(other[index])) { return false; }
        }

        return true;
    }

    public override CelList Concat(CelList other)
    {
        var result = new OrderedDictionary<CelValue, CelValue>(Count + other.Count);
        for (var index = 0; index < Count; index++) { result[Key(items[index])] = items[index]; }
        for (var index = 0; index < other.Count; index++) { result[Key(other[index])] = other[index]; }
        return new KeyedCelList(Of([.. result.Values]), type);
    }

    private CelValue Key(in CelValue item)
    {
        if (type.ListSemantics == CelListSemantics.Set || item.Kind != CelKind.Map) { return item; }
        var keys = new CelValue[type.ListKeys.Count];
        for (var index = 0; index < keys.Length; index++) { item.AsMap().TryGetField(type.ListKeys[index], out keys[index]); }
        return CelValue.FromList(new KeyList(keys));
    }

    /// <summary>A list that hashes by content: keys must not all fall into one bucket.</summary>
    private sealed class KeyList(CelValue[] items) : CelList
    {
        public override int Count => items.Length;

        public override CelValue this[int index] => items[index];

        public override int ValueHash()
        {
            var hash = default(HashCode);
            foreach (var item in items) { hash.Add(item.GetHashCode()); }
            return hash.ToHashCode();
        }
    }
}
