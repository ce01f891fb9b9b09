namespace Orch.Cel.Checking;

/// <summary>Finds what the variables of signatures stand for.</summary>
internal sealed class TypeUnifier
{
    private readonly Dictionary<string, CelType> _bound = new(StringComparer.Ordinal);
    private readonly List<(string Name, CelType? Before)> _log = [];
    private int _fresh;

    public CelType Fresh() => CelType.Parameter("%" + ++_fresh);

    /// <summary>The types with their variables renamed, alike in all of them.</summary>
    public CelType[] Instantiate(CelType[] types, CelType result, out CelType instance)
    {
        Dictionary<string, CelType>? names = null;
        var instances = new CelType[types.Length];
        for (var index = 0; index < types.Length; index++) { instances[index] = Rename(types[index]); }
        instance = Rename(result);
        return instances;

        CelType Rename(CelType type)
        {
            if (type.Kind == CelKind.Parameter)
            {
                names ??= new(StringComparer.Ordinal);
                if (!names.TryGetValue(type.Name, out var fresh)) { names[type.Name] = fresh = Fresh(); }
                return fresh;
            }

            return type.Items.Length == 0 ? type : type.WithItems(Array.ConvertAll(type.Items, Rename));
        }
    }

    /// <summary>Whether all sources fit their targets; binds variables only if so.</summary>
    public bool TryAssign(ReadOnlySpan<CelType> targets, ReadOnlySpan<CelType> sources)
    {
        if (targets.Length != sources.Length) { return false; }
        var mark = _log.Count;
        for (var index = 0; index < targets.Length; index++)
        {
            if (Assign(targets[index], sources[index])) { continue; }
            while (_log.Count > mark)
            {
                var (name, before) = _log[^1];
                _log.RemoveAt(_log.Count - 1);
                if (before is null) { _bound.Remove(name); } else { _bound[name] = before; }
            }

            return false;
        }

        return true;
    }

    public bool TryAssign(CelType target, CelType source) => TryAssign([target], [source]);

    /// <summary>The type with every variable replaced that is known.</summary>
    public CelType Substitute(CelType type, bool unknownIsDyn)
    {
        if (type.Kind == CelKind.Parameter)
        {
            return _bound.TryGetValue(type.Name, out var bound) ? Substitute(bound, unknownIsDyn) : unknownIsDyn ? CelType.Dyn : type;
        }

        if (type.Items.Length == 0) { return type; }
        CelType[]? changed = null;
        for (var index = 0; index < type.Items.Length; index++)
        {
            var item = Substitute(type.Items[index], unknownIsDyn);
            if (ReferenceEquals(item, type.Items[index])) { continue; }
            changed ??= (CelType[])type.Items.Clone();
            changed[index] = item;
        }

        return changed is null ? type : type.WithItems(changed);
    }

    private bool Assign(CelType target, CelType source)
    {
        if (target.Kind == CelKind.Parameter) { return AssignVariable(target.Name, source, variableIsTarget: true); }
        if (source.Kind == CelKind.Parameter) { return AssignVariable(source.Name, target, variableIsTarget: false); }
        if (target.Kind is CelKind.Dyn or CelKind.Error || source.Kind is CelKind.Dyn or CelKind.Error) { return true; }
        if (source.Kind == CelKind.Null)
        {
            return target.Kind is CelKind.Null or CelKind.Timestamp or CelKind.Duration or CelKind.Object or CelKind.Opaque;
        }

        if (target.Kind == CelKind.Null) { return source.Kind is CelKind.Timestamp or CelKind.Duration or CelKind.Object or CelKind.Opaque; }
        if (target.Kind == CelKind.Type && source.Kind == CelKind.Type) { return true; }
        if (target.Kind != source.Kind || target.Name != source.Name || target.Items.Length != source.Items.Length) { return false; }
        for (var index = 0; index < target.Items.Length; index++)
        {
            if (!Assign(target.Items[index], source.Items[index])) { return false; }
        }

        return true;
    }

    private bool AssignVariable(string name, CelType other, bool variableIsTarget)
    {
        if (other.Kind == CelKind.Parameter && other.Name == name) { return true; }
        if (!_bound.TryGetValue(name, out var bound))
        {
            var whole = Substitute(other, unknownIsDyn: false);
            if (whole.Kind == CelKind.Parameter && whole.Name == name) { return true; }
            if (Occurs(name, whole)) { return false; }
            Bind(name, other);
            return true;
        }

        if (!(variableIsTarget ? Assign(bound, other) : Assign(other, bound))) { return false; }
        var general = Substitute(other, unknownIsDyn: false);
        if (general.Kind == CelKind.Dyn && Substitute(bound, unknownIsDyn: false).Kind != CelKind.Dyn) { Bind(name, general); }
        return true;
    }

    private void Bind(string name, CelType type)
    {
        _log.Add((name, _bound.GetValueOrDefault(name)));
        _bound[name] = type;
    }

    private static bool Occurs(string name, CelType type)
        => (type.Kind == CelKind.Parameter && type.Name == name) || type.Items.Any(item => Occurs(name, item));
}
