using System.Globalization;

namespace Orch.ApiServer.Validation;

/// <summary>Where in an object a fault lies; prints as <c>spec.containers[0].ports[1].hostPort</c>.</summary>
/// <remarks>A linked list towards the root, so that walking an object without faults builds no strings.</remarks>
public sealed class FieldPath
{
    private readonly FieldPath? _parent;
    private readonly string? _name;
    private readonly int _index = -1;

    private FieldPath(FieldPath? parent, string? name, int index)
    {
        _parent = parent;
        _name = name;
        _index = index;
    }

    /// <summary>A path of one field; without a name it means the whole object and prints as <c>[]</c>, as upstream's do.</summary>
    public static FieldPath Of(string name) => new(null, name, -1);

    /// <summary>A field below this one.</summary>
    public FieldPath Child(string name) => new(this, name, -1);

    /// <summary>An element of this list.</summary>
    public FieldPath Index(int index) => new(this, null, index);

    /// <summary>An entry of this map; prints as <c>labels[app]</c>.</summary>
    public FieldPath Key(string key) => new(this, key, 0);

    /// <inheritdoc />
    public override string ToString()
    {
        if (_name is null) { return $"{_parent}[{_index.ToString(CultureInfo.InvariantCulture)}]"; }
        if (_index == 0) { return $"{_parent}[{_name}]"; }
        if (_name.Length == 0) { return $"{_parent}[]"; }
        return _parent is null ? _name : $"{_parent}.{_name}";
    }
}
