using Orch.Cel;

namespace Orch.ApiServer.Admission.Policies;

/// <summary>The types that mutations make values of: <c>Object</c> and what is below it, with any fields, and <c>JSONPatch</c>.</summary>
internal sealed class MutationTypes : ICelTypeProvider
{
    private MutationTypes()
    {
    }

    /// <summary>The one instance; it keeps no state.</summary>
    public static MutationTypes Instance { get; } = new();

    /// <summary>Of the object that is applied.</summary>
    public static CelType Applied { get; } = new Part("Object");

    /// <summary>One operation of a patch.</summary>
    public static CelObjectType Operation { get; } = CelObjectType.Of("JSONPatch", [new("op", CelType.String), new("path", CelType.String), new("from", CelType.String), new("value", CelType.Dyn)]);

    public CelType? FindType(string name) => name switch
    {
        "JSONPatch" => Operation,
        "Object" => Applied,
        _ when name.StartsWith("Object.", StringComparison.Ordinal) => new Part(name),
        _ => null,
    };

    /// <summary>Where objects are made of a type that is not their field's, as in <c>Object.spec{selector: Object.spec.other{}}</c>.</summary>
    /// <returns>The faults, one a line; empty when all fit.</returns>
    public static string Mismatches(in CelValue value)
    {
        var faults = new List<string>();
        // Plain maps and lists stand anywhere, as upstream looks at objects alone.
        if (value.Kind == CelKind.Map && value.AsMap() is CelObject made) { Compare(value, made.Type.Name, faults); }
        return string.Join('\n', faults);
    }

    private static void Compare(in CelValue value, string path, List<string> faults)
    {
        switch (value.Kind)
        {
            case CelKind.Map when value.AsMap() is CelObject made:
                if (made.Type.Name != path) { faults.Add($"unexpected type name \"{made.Type.Name}\", expected \"{path}\", which matches field name path from root Object type"); }
                foreach (var key in made.Keys)
                {
                    if (made.TryGet(key, out var field)) { Compare(field, $"{path}.{key.AsString()}", faults); }
                }

                break;
            case CelKind.Map:
                // Maps and lists between objects have no name of their own.
                foreach (var key in value.AsMap().Keys)
                {
                    if (value.AsMap().TryGet(key, out var item)) { Compare(item, path, faults); }
                }

                break;
            case CelKind.List:
                for (var index = 0; index < value.AsList().Count; index++) { Compare(value.AsList()[index], path, faults); }
                break;
        }
    }

    // What fields there are is only known when the outcome is decoded, as the policy may match many kinds.
    private sealed class Part(string name) : CelObjectType(name)
    {
        public override bool TryGetField(string name, out CelField field)
        {
            field = new CelField(UnescapedName(name), Dyn);
            return true;
        }

        private static string UnescapedName(string name)
            => name.Length > 4 && name.StartsWith("__", StringComparison.Ordinal) && name.EndsWith("__", StringComparison.Ordinal) && CelIdentifier.Escape(name[2..^2]) == name ? name[2..^2] : name;
    }
}
