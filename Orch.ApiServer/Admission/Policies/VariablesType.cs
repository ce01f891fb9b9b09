using Orch.Cel;

namespace Orch.ApiServer.Admission.Policies;

/// <summary>The type of <c>variables</c>, which grows while a policy is compiled: each variable sees those before it.</summary>
internal sealed class VariablesType() : CelObjectType("kubernetes.variables")
{
    private readonly Dictionary<string, CelField> _fields = new(StringComparer.Ordinal);

    public void Add(string name, CelType type) => _fields[name] = new CelField(name, Declared(type));

    public override bool TryGetField(string name, out CelField field) => _fields.TryGetValue(name, out field!);

    // As upstream declares them: what is neither a scalar nor a list or map of scalars is only known at evaluation.
    private static CelType Declared(CelType type) => type.Kind switch
    {
        CelKind.List => List(Declared(type.Parameters[0])),
        CelKind.Map => Map(Declared(type.Parameters[0]), Declared(type.Parameters[1])),
        CelKind.Object or CelKind.Opaque or CelKind.Type => Dyn,
        _ => type,
    };
}
