using k8s.Models;
using Orch.ApiServer.Resources;
using Orch.ApiServer.Validation;

namespace Orch.ApiServer.Kinds.AdmissionRegistration;

/// <summary>admissionregistration.k8s.io/v1 ValidatingAdmissionPolicyBinding.</summary>
internal sealed class ValidatingAdmissionPolicyBindingDeclaration()
    : ResourceDeclaration<V1ValidatingAdmissionPolicyBinding>("validatingadmissionpolicybindings", ResourceScope.Cluster)
{
    public override IReadOnlyList<string> Categories { get; } = ["api-extensions"];

    public override IReadOnlyList<PrinterColumn> Columns { get; } =
    [
        Column("PolicyName", "string", static item => item.Spec?.PolicyName, description: PolicyColumns.PolicyNameText),
        Column("ParamRef", "string", static item => PolicyColumns.ParamRef(item.Spec?.ParamRef), description: PolicyColumns.ParamRefText),
        PrinterColumns.Age,
    ];

    protected override void Default(V1ValidatingAdmissionPolicyBinding value) => MatchDefaults.Apply(value.Spec?.MatchResources);

    protected override void PrepareForCreate(V1ValidatingAdmissionPolicyBinding value) => value.Metadata.Generation = 1;

    protected override void PrepareForUpdate(V1ValidatingAdmissionPolicyBinding value, V1ValidatingAdmissionPolicyBinding old)
        => value.Metadata.Generation = Generations.Next(value.Spec, old.Spec, old.Metadata);

    protected override void Validate(V1ValidatingAdmissionPolicyBinding value, FieldErrors errors)
    {
        var spec = value.Spec ?? new V1ValidatingAdmissionPolicyBindingSpec();
        var path = FieldPath.Of("spec");
        PolicyRules.PolicyName(spec.PolicyName, path, errors);
        PolicyRules.ParamRef(spec.ParamRef, path.Child("paramRef"), errors);
        // The path lacks a letter upstream too.
        OperationRules.Match(spec.MatchResources, path.Child("matchResouces"), errors);
        Actions(spec.ValidationActions, path.Child("validationActions"), errors);
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
