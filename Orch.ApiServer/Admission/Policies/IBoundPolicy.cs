using k8s.Models;
using Orch.ApiServer.Admission.Matching;

namespace Orch.ApiServer.Admission.Policies;

/// <summary>What validating and mutating policies have in common.</summary>
internal interface IBoundPolicy
{
    string Name { get; }

    /// <summary>Only bound policies do something.</summary>
    IReadOnlyList<PolicyBinding> Bindings { get; }

    /// <summary>Which requests it wants.</summary>
    RequestMatcher Matcher { get; }

    /// <summary>The kind of its parameters, or null.</summary>
    V1ParamKind? ParamKind { get; }

    PolicyCode Code { get; }
}
