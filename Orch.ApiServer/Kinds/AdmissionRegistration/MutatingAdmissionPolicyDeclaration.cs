using k8s.Models;
using Orch.ApiServer.Resources;
using Orch.ApiServer.Validation;

namespace Orch.ApiServer.Kinds.AdmissionRegistration;

/// <summary>admissionregistration.k8s.io/v1 MutatingAdmissionPolicy.</summary>
internal sealed class MutatingAdmissionPolicyDeclaration() : ResourceDeclaration<V1MutatingAdmissionPolicy>("mutatingadmissionpolicies", ResourceScope.Cluster)
{
    public override IReadOnlyList<string> Categories { get; } = ["api-extensions"];

    public override IReadOnlyList<PrinterColumn> Columns { get; } =
    [
        Column("Mutations", "integer", static item => item.Spec?.Mutations?.Count ?? 0, description: "Mutation indicates the number of mutations rules defined in this configuration"),
        Column("ParamKind", "string", static item => PolicyColumns.ParamKind(item.Spec?.ParamKind), description: PolicyColumns.ParamKindText),
        PrinterColumns.Age,
    ];

    protected override void Default(V1MutatingAdmissionPolicy value)
    {
        var spec = value.Spec ??= new V1MutatingAdmissionPolicySpec();
        spec.FailurePolicy ??= "Fail";
        MatchDefaults.Apply(spec.MatchConstraints);
    }

    protected override void PrepareForCreate(V1MutatingAdmissionPolicy value) => value.Metadata.Generation = 1;

    protected override void PrepareForUpdate(V1MutatingAdmissionPolicy value, V1MutatingAdmissionPolicy old)
        => value.Metadata.Generation = Generations.Next(value.Spec, old.Spec, old.Metadata);

    protected override IEnumerable<string> WarningsFor(V1MutatingAdmissionPolicy value, V1MutatingAdmissionPolicy? old) => old is null ? ReservedNames.WarningsFor(value.Metadata.Name) : [];

    protected override void Validate(V1MutatingAdmissionPolicy value, FieldErrors errors) => MutatingPolicyRules.Validate(value.Spec, false, errors);

    protected override void ValidateUpdate(V1MutatingAdmissionPolicy value, V1MutatingAdmissionPolicy old, FieldErrors errors)
        => MutatingPolicyRules.Validate(
            value.Spec, ContentEquality.Same(value.Spec?.ParamKind, old.Spec?.ParamKind) && ContentEquality.Same(value.Spec?.MatchConditions, old.Spec?.MatchConditions), errors);
}
