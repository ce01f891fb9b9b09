using k8s;
using k8s.Models;
using Orch.ApiServer.Resources;
using Orch.ApiServer.Validation;

namespace Orch.ApiServer.Kinds.AdmissionRegistration;

/// <summary>What the bindings of validating and mutating policies have in common.</summary>
/// <typeparam name="T">The binding's model.</typeparam>
internal abstract class PolicyBindingDeclaration<T> : ResourceDeclaration<T>
    where T : class, IKubernetesObject<V1ObjectMeta>
{
    protected PolicyBindingDeclaration(string plural)
        : base(plural, ResourceScope.Cluster)
        => Columns =
        [
            Column("PolicyName", "string", item => View(item).PolicyName, description: "PolicyName indicates the policy definition which the policy binding binded to"),
            Column("ParamRef", "string", item => Show(View(item).ParamRef), description: "ParamRef indicates the param resource which sets the configration param"),
            PrinterColumns.Age,
        ];

    public override IReadOnlyList<string> Categories { get; } = ["api-extensions"];

    public override IReadOnlyList<PrinterColumn> Columns { get; }

    /// <summary>The specification, as far as the two sorts are alike.</summary>
    protected abstract (object? Spec, string? PolicyName, V1ParamRef? ParamRef, V1MatchResources? Match) View(T value);

    protected override void Default(T value) => MatchDefaults.Apply(View(value).Match);

    protected override void PrepareForCreate(T value) => value.Metadata.Generation = 1;

    protected override void PrepareForUpdate(T value, T old) => value.Metadata.Generation = Generations.Next(View(value).Spec, View(old).Spec, old.Metadata);

    protected override IEnumerable<string> WarningsFor(T value, T? old) => old is null ? ReservedNames.WarningsFor(value.Metadata.Name) : [];

    protected override void Validate(T value, FieldErrors errors)
    {
        var (_, policyName, reference, _) = View(value);
        PolicyRules.PolicyName(policyName, FieldPath.Of("spec"), errors);
        PolicyRules.ParamRef(reference, FieldPath.Of("spec").Child("paramRef"), errors);
    }

    private static string Show(V1ParamRef? reference)
    {
        if (reference is null) { return "<unset>"; }
        if (string.IsNullOrEmpty(reference.Name)) { return reference.Selector is { } selector ? Printing.Selector(selector) : "<unset>"; }
        return string.IsNullOrEmpty(reference.NamespaceProperty) ? reference.Name : $"{reference.NamespaceProperty}/{reference.Name}";
    }
}
