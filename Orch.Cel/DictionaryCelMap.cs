namespace Orch.Cel;

/// <summary>A map in memory, in order of insertion; numbers that are equal are one key whatever their type.</summary>
internal sealed class DictionaryCelMap : CelMap
{
    private readonly OrderedDictionary<CelValue, CelValue> _entries = [];

    public override int Count => _entries.Count;

    public override IEnumerable<CelValue> Keys => _entries.Keys;

    public void Set(in CelValue key, in CelValue value) => _entries[key] = value;

    public bool TryAdd(in CelValue key, in CelValue value) => _entries.TryAdd(key, value);

    public override bool TryGet(in CelValue key, out CelValue value) => _entries.TryGetValue(key, out value);
}
