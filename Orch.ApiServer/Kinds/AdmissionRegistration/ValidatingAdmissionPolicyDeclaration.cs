using k8s.Models;
using Orch.ApiServer.Resources;
using Orch.ApiServer.Validation;

namespace Orch.ApiServer.Kinds.AdmissionRegistration;

/// <summary>admissionregistration.k8s.io/v1 ValidatingAdmissionPolicy.</summary>
internal sealed class ValidatingAdmissionPolicyDeclaration() : ResourceDeclaration<V1ValidatingAdmissionPolicy>("validatingadmissionpolicies", ResourceScope.Cluster)
{
    public override IReadOnlyList<string> Categories { get; } = ["api-extensions"];

    public override bool HasStatus => true;

    public override IReadOnlyList<PrinterColumn> Columns { get; } =
    [
        Column("Validations", "integer", static item => item.Spec?.Validations?.Count ?? 0, description: "Validations indicates the number of validation rules defined in this configuration"),
        Column("ParamKind", "string", static item => PolicyColumns.ParamKind(item.Spec?.ParamKind), description: PolicyColumns.ParamKindText),
        PrinterColumns.Age,
    ];

    protected override void Default(V1ValidatingAdmissionPolicy value)
    {
        var spec = value.Spec ??= new V1ValidatingAdmissionPolicySpec();
        spec.FailurePolicy ??= "Fail";
        MatchDefaults.Apply(spec.MatchConstraints);
    }

    protected override void PrepareForCreate(V1ValidatingAdmissionPolicy value)
    {
        value.Status = new V1ValidatingAdmissionPolicyStatus();
        value.Metadata.Generation = 1;
    }

    protected override void PrepareForUpdate(V1ValidatingAdmissionPolicy value, V1ValidatingAdmissionPolicy old)
    {
        value.Status = old.Status;
        value.Metadata.Generation = Generations.Next(value.Spec, old.Spec, old.Metadata);
    }

    protected override void PrepareForStatusUpdate(V1ValidatingAdmissionPolicy value, V1ValidatingAdmissionPolicy old)
    {
        StatusUpdates.KeepMetadata(value.Metadata, old.Metadata);
        value.Spec = old.Spec;
    }

    protected override IEnumerable<string> WarningsFor(V1ValidatingAdmissionPolicy value, V1ValidatingAdmissionPolicy? old) => old is null ? ReservedNames.WarningsFor(value.Metadata.Name) : [];

    protected override void Validate(V1ValidatingAdmissionPolicy value, FieldErrors errors) => ValidatingPolicyRules.Validate(value, false, errors);

    protected override void ValidateUpdate(V1ValidatingAdmissionPolicy value, V1ValidatingAdmissionPolicy old, FieldErrors errors)
        => ValidatingPolicyRules.Validate(
            value, ContentEquality.Same(value.Spec?.ParamKind, old.Spec?.ParamKind) && ContentEquality.Same(value.Spec?.MatchConditions, old.Spec?.MatchConditions), errors);

    protected override void ValidateStatusUpdate(V1ValidatingAdmissionPolicy value, V1ValidatingAdmissionPolicy old, FieldErrors errors)
        => ValidatingPolicyRules.ValidateStatus(value.Status, errors);
}
