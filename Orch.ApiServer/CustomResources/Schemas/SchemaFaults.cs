using System.Globalization;
using Orch.ApiServer.Validation;

namespace Orch.ApiServer.CustomResources.Schemas;

/// <summary>Collects what schema validation finds, worded as upstream's validator words it.</summary>
/// <param name="prefix">Path of the validated part in the object; empty for the whole.</param>
internal sealed class SchemaFaults(string prefix)
{
    private const int MaxFaults = 1_000;
    private readonly List<Action<FieldErrors>> _faults = [];

    /// <summary>How many there are.</summary>
    public int Count => _faults.Count;

    /// <summary>A collector for a part of the same object, whose faults may yet be dropped.</summary>
    public SchemaFaults Fork() => new(prefix);

    /// <summary>Takes over the faults of a fork.</summary>
    public void Take(SchemaFaults other)
    {
        foreach (var fault in other._faults) { Add(fault); }
    }

    /// <summary>Hands the faults on.</summary>
    public void WriteTo(FieldErrors errors)
    {
        foreach (var fault in _faults) { fault(errors); }
    }

    public void Required(FieldPath path)
    {
        var place = Place(path);
        Add(errors => errors.Required(place));
    }

    public void NotSupported(FieldPath? path, object? value, IReadOnlyList<object?> allowed)
    {
        var place = Place(path);
        Add(errors => errors.NotSupported(place, SchemaValues.Shown(value), [.. allowed.Select(static item => item as string ?? SchemaValues.Json(item))]));
    }

    public void TooLong(FieldPath? path, long max)
    {
        var place = Place(path);
        Add(errors => errors.TooLong(place, (int)Math.Min(max, int.MaxValue)));
    }

    public void TooMany(FieldPath? path, int actual, long max)
    {
        var place = Place(path);
        Add(errors => errors.TooMany(place, actual, (int)Math.Min(max, int.MaxValue)));
    }

    /// <summary><c>spec.x in body must be of type T: "string"</c>.</summary>
    public void WrongType(FieldPath? path, string wanted, string actual, object? shown = null)
    {
        var place = Place(path);
        var text = $"{path} in body must be of type {wanted}: {GoText.Quote(actual)}";
        Add(errors => errors.TypeInvalid(place, shown ?? actual, text));
    }

    /// <summary><c>spec.x in body RULE</c>.</summary>
    public void Invalid(FieldPath? path, object? value, FormattableString rule)
    {
        var place = Place(path);
        var text = $"{path} in body {rule.ToString(CultureInfo.InvariantCulture)}";
        Add(errors => errors.Invalid(place, SchemaValues.Shown(value), text));
    }

    /// <summary>A field that may not be there.</summary>
    public void NotAllowed(FieldPath? path, string name)
    {
        var place = Place(path);
        var text = $"{path}.{name} in body is a forbidden property";
        Add(errors => errors.Invalid(place, string.Empty, text));
    }

    /// <summary>A fault of a combination of schemas, which upstream tells without a path of its own.</summary>
    public void Combination(FieldPath? path, string text)
    {
        var place = FieldPath.Of(prefix.Length == 0 ? "<nil>" : prefix);
        var whole = $"\"{path}\" {text}";
        Add(errors => errors.Invalid(place, string.Empty, whole));
    }

    /// <summary>A number that its format cannot hold, which upstream tells without a path either.</summary>
    public void OutOfRange(string text)
    {
        var place = FieldPath.Of(prefix.Length == 0 ? "<nil>" : prefix);
        Add(errors => errors.Invalid(place, string.Empty, text));
    }

    private FieldPath Place(FieldPath? path) => prefix.Length == 0 ? path ?? FieldPath.Of("<nil>") : FieldPath.Of(path is null ? prefix : path.ToString().StartsWith('[') ? prefix + path : $"{prefix}.{path}");

    private void Add(Action<FieldErrors> fault)
    {
        if (_faults.Count < MaxFaults) { _faults.Add(fault); }
    }
}
