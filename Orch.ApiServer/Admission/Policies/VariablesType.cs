using Orch.Cel;

namespace Orch.ApiServer.Admission.Policies;

/// <summary>The type of <c>variables</c>, which grows while a policy is compiled: each variable sees those before it.</summary>
internal sealed class VariablesType() : CelObjectType("kubernetes.variables")
{
    private readonly Dictionary<string, CelField> _fields = new(StringComparer.Ordinal);

    public void Add(string name, CelType type) => _fields[name] = new CelField(name, type);

    public override bool TryGetField(string name, out CelField field) => _fields.TryGetValue(name, out field!);
}
