namespace Orch.Cel;

/// <summary>An object whose fields are made when they are first read, each at most once; for one evaluation thread.</summary>
public sealed class CelLazyMap : CelMap
{
    private readonly OrderedDictionary<string, Func<CelValue>> _makers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, CelValue> _made = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public override int Count => _makers.Count;

    /// <inheritdoc/>
    public override IEnumerable<CelValue> Keys => _makers.Keys.Select(CelValue.FromString);

    /// <summary>Adds a field; an error that it makes is what reading the field gives, every time.</summary>
    public void Add(string name, Func<CelValue> make) => _makers[name] = make;

    /// <summary>Fields that are errors are made anew when they are next read.</summary>
    public void ForgetFaults()
    {
        foreach (var (name, value) in _made)
        {
            if (value.IsError) { _made.Remove(name); }
        }
    }

    /// <inheritdoc/>
    public override bool TryGet(in CelValue key, out CelValue value)
    {
        if (key.Kind == CelKind.String) { return TryGetField(key.AsString(), out value); }
        value = default;
        return false;
    }

    /// <inheritdoc/>
    public override bool TryGetField(string name, out CelValue value)
    {
        if (_made.TryGetValue(name, out value)) { return true; }
        if (!_makers.TryGetValue(name, out var make)) { return false; }
        value = make();
        _made[name] = value;
        return true;
    }

    /// <inheritdoc/>
    public override bool HasField(string name) => _makers.ContainsKey(name);
}
