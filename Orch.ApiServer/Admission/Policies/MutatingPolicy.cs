using k8s.Models;
using Orch.ApiServer.Admission.Matching;

namespace Orch.ApiServer.Admission.Policies;

/// <summary>A mutating policy with its bindings, compiled.</summary>
internal sealed class MutatingPolicy : IBoundPolicy
{
    public MutatingPolicy(V1MutatingAdmissionPolicy policy, IReadOnlyList<PolicyBinding> bindings)
    {
        var spec = policy.Spec ?? new V1MutatingAdmissionPolicySpec();
        Name = policy.Metadata.Name;
        Bindings = bindings;
        FailsOpen = spec.FailurePolicy == "Ignore";
        IsReinvoked = spec.ReinvocationPolicy == "IfNeeded";
        ParamKind = spec.ParamKind;
        Matcher = new RequestMatcher(MatchCriteria.From(spec.MatchConstraints));
        Code = new PolicyCode(spec.ParamKind is not null, spec.MatchConditions, spec.Variables);
        Mutations = [.. (spec.Mutations ?? []).Select(item => item.PatchType == "JSONPatch"
            ? (true, Code.Mutation(item.JsonPatch?.Expression ?? string.Empty, isJsonPatch: true))
            : (false, Code.Mutation(item.ApplyConfiguration?.Expression ?? string.Empty, isJsonPatch: false)))];
    }

    public string Name { get; }

    public IReadOnlyList<PolicyBinding> Bindings { get; }

    public RequestMatcher Matcher { get; }

    public V1ParamKind? ParamKind { get; }

    public PolicyCode Code { get; }

    /// <summary>What cannot be decided changes nothing.</summary>
    public bool FailsOpen { get; }

    /// <summary>It is asked again when the object changes after its turn.</summary>
    public bool IsReinvoked { get; }

    /// <summary>In order.</summary>
    public IReadOnlyList<(bool IsJsonPatch, PolicyExpression Expression)> Mutations { get; }
}
