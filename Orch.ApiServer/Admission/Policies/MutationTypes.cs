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
