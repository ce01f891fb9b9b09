using k8s.Models;
using Orch.ApiServer.Resources;
using Orch.ApiServer.Validation;

namespace Orch.ApiServer.Kinds.AdmissionRegistration;

/// <summary>admissionregistration.k8s.io/v1 MutatingAdmissionPolicyBinding.</summary>
internal sealed class MutatingAdmissionPolicyBindingDeclaration()
    : ResourceDeclaration<V1MutatingAdmissionPolicyBinding>("mutatingadmissionpolicybindings", ResourceScope.Cluster)
{
    public override IReadOnlyList<string> Categories { get; } = ["api-extensions"];

    public override IReadOnlyList<PrinterColumn> Columns { get; } =
    [
        Column("PolicyName", "string", static item => item.Spec?.PolicyName, description: PolicyColumns.PolicyNameText),
        Column("ParamRef", "string", static item => PolicyColumns.ParamRef(item.Spec?.ParamRef), description: PolicyColumns.ParamRefText),
        PrinterColumns.Age,
    ];

    protected override void Default(V1MutatingAdmissionPolicyBinding value) => MatchDefaults.Apply(value.Spec?.MatchResources);

    protected override void PrepareForCreate(V1MutatingAdmissionPolicyBinding value) => value.Metadata.Generation = 1;

    protected override void PrepareForUpdate(V1MutatingAdmissionPolicyBinding value, V1MutatingAdmissionPolicyBinding old)
        => value.Metadata.Generation = Generations.Next(value.Spec, old.Spec, old.Metadata);

    protected override void Validate(V1MutatingAdmissionPolicyBinding value, FieldErrors errors)
    {
        var spec = value.Spec ?? new V1MutatingAdmissionPolicyBindingSpec();
        var path = FieldPath.Of("spec");
        PolicyRules.PolicyName(spec.PolicyName, path, errors);
        PolicyRules.ParamRef(spec.ParamRef, path.Child("paramRef"), errors);
        OperationRules.Match(spec.MatchResources, path.Child("matchResources"), errors);
        OperationRules.Mutable(spec.MatchResources, path.Child("matchResources"), errors);
    }
}
