using k8s.Models;
using Orch.ApiServer.Validation;

namespace Orch.ApiServer.Kinds.AdmissionRegistration;

/// <summary>admissionregistration.k8s.io/v1 ValidatingAdmissionPolicyBinding.</summary>
internal sealed class ValidatingAdmissionPolicyBindingDeclaration() : PolicyBindingDeclaration<V1ValidatingAdmissionPolicyBinding>("validatingadmissionpolicybindings")
{
    protected override (object? Spec, string? PolicyName, V1ParamRef? ParamRef, V1MatchResources? Match) View(V1ValidatingAdmissionPolicyBinding value)
        => (value.Spec, value.Spec?.PolicyName, value.Spec?.ParamRef, value.Spec?.MatchResources);

    protected override void Validate(V1ValidatingAdmissionPolicyBinding value, FieldErrors errors)
    {
        base.Validate(value, errors);
        OperationRules.Match(value.Spec?.MatchResources, FieldPath.Of("spec").Child("matchResources"), errors);
        Actions(value.Spec?.ValidationActions, FieldPath.Of("spec").Child("validationActions"), errors);
    }

    private static void Actions(IList<string>? actions, FieldPath path, FieldErrors errors)
    {
        for (var index = 0; index < (actions?.Count ?? 0); index++)
        {
            var action = actions![index];
            if (action is not ("Deny" or "Warn" or "Audit")) { errors.NotSupported(path.Index(index), action, "Audit", "Deny", "Warn"); }
            if (actions.IndexOf(action) < index) { errors.Duplicate(path.Index(index), action); }
        }

        if (actions is not { Count: > 0 }) { errors.Required(path, "at least one validation action is required"); }
        else if (actions.Contains("Deny") && actions.Contains("Warn"))
        {
            errors.Invalid(path, actions, "must not contain both Deny and Warn (repeating the same validation failure information in the API response and headers serves no purpose)");
        }
    }
}
