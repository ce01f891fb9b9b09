using k8s.Models;
using Orch.ApiServer.Admission.Matching;
using Orch.ApiServer.Security.Lookup;
using Orch.Quotas;
using Orch.Resources;
using Orch.Security;

namespace Orch.ApiServer.Admission.Quota;

/// <summary>Holds namespaces to their resource quotas; the last plugin, since what it charges must be what is stored.</summary>
/// <remarks>https://kubernetes.io/docs/concepts/policy/resource-quotas/</remarks>
internal sealed class ResourceQuotaAdmission(IObjectLookup objects, QuotaLedger ledger, DefaultLimits limits) : IValidatingAdmission
{
    public string Name => "ResourceQuota";

    public bool Handles(AdmissionOperation operation, GroupVersionResource resource, string subresource)
        => operation is (AdmissionOperation.Create or AdmissionOperation.Update) && (objects.HasAny<V1ResourceQuota>() || limits.Concern(resource))
            && (subresource.Length == 0 || (subresource == "resize" && resource is { Group.Length: 0, Resource: "pods" }))
            && !IsFree(resource);

    public ValueTask ValidateAsync(AdmissionRequest request, CancellationToken cancellationToken)
    {
        if (request.Namespace.Length == 0 || AdmissionTarget.IsNamespace(request.Resource)) { return ValueTask.CompletedTask; }
        var evaluator = QuotaEvaluator.For(request.Resource);
        if (!evaluator.Charges(request.Operation, request.Subresource) || (!objects.List<V1ResourceQuota>(request.Namespace).Any() && !limits.Concern(request.Resource))) { return ValueTask.CompletedTask; }
        return ledger.ChargeAsync(new QuotaCharge(request, evaluator), cancellationToken);
    }

    private static bool IsFree(GroupVersionResource resource) => resource is
        { Group: "" or "events.k8s.io", Resource: "events" } or { Group: "", Resource: "bindings" }
        or { Group: "authentication.k8s.io" } or { Group: "authorization.k8s.io" };
}
