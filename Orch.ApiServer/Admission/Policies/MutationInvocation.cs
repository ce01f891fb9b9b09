using Orch.ApiServer.Admission.Matching;

namespace Orch.ApiServer.Admission.Policies;

/// <summary>One evaluation of a mutating policy that a request is in for.</summary>
/// <param name="Policy">The policy.</param>
/// <param name="Binding">The binding that wants the request.</param>
/// <param name="Match">The form that the policy matched.</param>
/// <param name="Param">What the binding gives.</param>
internal readonly record struct MutationInvocation(MutatingPolicy Policy, PolicyBinding Binding, MatchedResource Match, PolicyParam Param)
{
    /// <summary>The same in both rounds of a request.</summary>
    public string Key => $"{Policy.Name}/{Binding.Name}/{Param.Key}";
}
