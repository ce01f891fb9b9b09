using k8s;
using k8s.Models;
using Orch.Resources;
using Orch.Security;

namespace Orch.Quotas;

/// <summary>Measures what objects of one resource cost, and tells which quotas they count against.</summary>
/// <remarks>The rules are upstream's. https://kubernetes.io/docs/concepts/policy/resource-quotas/</remarks>
public abstract class QuotaEvaluator
{
    private protected QuotaEvaluator(string countName) => CountName = countName;

    /// <summary>The name that counts the objects, such as <c>count/deployments.apps</c>.</summary>
    public string CountName { get; }

    /// <summary>The evaluator of a resource: pods, services and claims have their own, of all others the objects are counted.</summary>
    public static QuotaEvaluator For(GroupVersionResource resource) => resource switch
    {
        { Group: "", Resource: "pods" } => PodQuotaEvaluator.Instance,
        { Group: "", Resource: "services" } => ServiceQuotaEvaluator.Instance,
        { Group: "", Resource: "persistentvolumeclaims" } => ClaimQuotaEvaluator.Instance,
        { Group: "resource.k8s.io", Resource: "resourceclaims" } => DeviceClaimQuotaEvaluator.Instance,
        _ => CountQuotaEvaluator.Of(resource.GroupResource),
    };

    /// <summary>What the quota's scopes and scope selector ask for.</summary>
    public static IEnumerable<V1ScopedResourceSelectorRequirement> ScopesOf(V1ResourceQuota quota)
    {
        foreach (var scope in quota.Spec?.Scopes ?? []) { yield return new V1ScopedResourceSelectorRequirement { ScopeName = scope, OperatorProperty = "Exists" }; }
        foreach (var requirement in quota.Spec?.ScopeSelector?.MatchExpressions ?? []) { yield return requirement; }
    }

    /// <summary>Whether such a request may change what is used.</summary>
    public abstract bool Charges(AdmissionOperation operation, string subresource);

    /// <summary>Whether objects of the resource count against a name of a quota's limits.</summary>
    public abstract bool Tracks(string name);

    /// <summary>What an object costs, by name.</summary>
    /// <param name="now">Decides whether a deleted pod is overdue.</param>
    public abstract Dictionary<string, ResourceQuantity> UsageOf(IKubernetesObject value, DateTimeOffset now);

    /// <summary>Whether an object lies in a scope.</summary>
    public virtual bool IsInScope(V1ScopedResourceSelectorRequirement scope, IKubernetesObject value) => false;

    /// <summary>Says what an object must tell so that it can be counted at all; null when nothing is missing.</summary>
    public virtual string? MissingIn(IKubernetesObject value, IEnumerable<string> tracked) => null;

    /// <summary>Whether an object counts against a quota: by a name in its limits, and by all its scopes.</summary>
    /// <param name="limits">The limits to go by: those of the status in admission, those of the spec when all is counted anew.</param>
    public bool Matches(V1ResourceQuota quota, IDictionary<string, ResourceQuantity>? limits, IKubernetesObject value)
        => limits is not null && limits.Keys.Any(Tracks) && ScopesOf(quota).All(scope => IsInScope(scope, value));

    private protected static ResourceQuantity Count(long value) => Quantities.FromValue(value);
}
