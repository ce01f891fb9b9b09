using k8s.Models;
using Orch.ApiServer.Admission.Matching;
using Orch.Cel;

namespace Orch.ApiServer.Admission.Policies;

/// <summary>A validating policy with its bindings, compiled.</summary>
internal sealed class ValidatingPolicy : IBoundPolicy
{
    public ValidatingPolicy(V1ValidatingAdmissionPolicy policy, IReadOnlyList<PolicyBinding> bindings)
    {
        var spec = policy.Spec ?? new V1ValidatingAdmissionPolicySpec();
        Name = policy.Metadata.Name;
        Bindings = bindings;
        FailsOpen = spec.FailurePolicy == "Ignore";
        ParamKind = spec.ParamKind;
        Matcher = new RequestMatcher(MatchCriteria.From(spec.MatchConstraints));
        Code = new PolicyCode(spec.ParamKind is not null, spec.MatchConditions, spec.Variables);
        Validations =
        [
            .. (spec.Validations ?? []).Select(item => (item, PolicyExpression.Compile(Code.Environment, item.Expression ?? string.Empty, CelType.Bool),
                string.IsNullOrEmpty(item.MessageExpression) ? null : PolicyExpression.Compile(Code.Environment, item.MessageExpression, CelType.String))),
        ];
        Annotations = [.. (spec.AuditAnnotations ?? []).Select(item => (item.Key, PolicyExpression.Compile(Code.Environment, item.ValueExpression ?? string.Empty, CelType.String, CelType.Null)))];
    }

    public string Name { get; }

    public IReadOnlyList<PolicyBinding> Bindings { get; }

    public RequestMatcher Matcher { get; }

    public V1ParamKind? ParamKind { get; }

    public PolicyCode Code { get; }

    /// <summary>What cannot be decided passes.</summary>
    public bool FailsOpen { get; }

    /// <summary>In order.</summary>
    public IReadOnlyList<(V1Validation Validation, PolicyExpression Expression, PolicyExpression? Message)> Validations { get; }

    /// <summary>Notes for the audit log.</summary>
    public IReadOnlyList<(string Key, PolicyExpression Expression)> Annotations { get; }
}
