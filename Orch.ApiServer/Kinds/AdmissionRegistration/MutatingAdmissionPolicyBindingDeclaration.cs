using k8s.Models;
using Orch.ApiServer.Validation;

namespace Orch.ApiServer.Kinds.AdmissionRegistration;

/// <summary>admissionregistration.k8s.io/v1 MutatingAdmissionPolicyBinding.</summary>
internal sealed class MutatingAdmissionPolicyBindingDeclaration() : PolicyBindingDeclaration<V1MutatingAdmissionPolicyBinding>("mutatingadmissionpolicybindings")
{
    protected override (object? Spec, string? PolicyName, V1ParamRef? ParamRef, V1MatchResources? Match) View(V1MutatingAdmissionPolicyBinding value)
        => (value.Spec, value.Spec?.PolicyName, value.Spec?.ParamRef, value.Spec?.MatchResources);

    protected override void Validate(V1MutatingAdmissionPolicyBinding value, FieldErrors errors)
    {
        base.Validate(value, errors);
        var path = FieldPath.Of("spec").Child("matchResources");
        OperationRules.Match(value.Spec?.MatchResources, path, errors);
        OperationRules.Mutable(value.Spec?.MatchResources, path, errors);
    }
}
