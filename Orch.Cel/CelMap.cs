namespace Orch.Cel;

/// <summary>A map, or an object with fields, that expressions read; implement it to plug in a tree of one's own without copying.</summary>
public abstract class CelMap
{
    /// <summary>The number of entries.</summary>
    public abstract int Count { get; }

    /// <summary>The keys, in a stable order.</summary>
    public abstract IEnumerable<CelValue> Keys { get; }

    /// <summary>The type that <c>type(x)</c> gives and overloads are chosen by.</summary>
    public virtual CelType Type => CelType.AnyMap;

    /// <summary>Whether the key is there; its value may be an error.</summary>
    public abstract bool TryGet(in CelValue key, out CelValue value);

    /// <summary>Whether there is a field of this name; what <c>a.name</c> reads.</summary>
    public virtual bool TryGetField(string name, out CelValue value) => TryGet(CelValue.FromString(name), out value);

    /// <summary>What <c>has(a.name)</c> says.</summary>
    public virtual bool HasField(string name) => TryGetField(name, out _);

    /// <summary>Whether keys and values are the same in the sense of <c>==</c>.</summary>
    public virtual bool ValueEquals(CelMap other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (Count != other.Count) { return false; }
        foreach (var key in Keys)
        {
            if (!TryGet(key, out var mine) || !other.TryGet(key, out var theirs) || !mine.Equals(theirs)) { return false; }
        }

        return true;
    }

    /// <summary>A map of the entries given; of equal keys the last counts.</summary>
    public static CelMap Of(IEnumerable<KeyValuePair<CelValue, CelValue>> entries)
    {
        ArgumentNullException.ThrowIfNull(entries);
        var map = new DictionaryCelMap();
        foreach (var (key, value) in entries) { map.Set(key, value); }
        return map;
    }

    /// <summary>A map with string keys; of equal keys the last counts.</summary>
    public static CelMap OfFields(IEnumerable<KeyValuePair<string, CelValue>> fields)
        => Of(fields.Select(field => KeyValuePair.Create(CelValue.FromString(field.Key), field.Value)));
}
