using k8s.Models;
using Orch.ApiServer.Errors;
using Orch.ApiServer.Security.Lookup;
using Orch.Resources;
using Orch.Security;

namespace Orch.ApiServer.Security.Admission;

/// <summary>Turns a pod's priority class into its priority; at most one class is the default.</summary>
/// <remarks>https://kubernetes.io/docs/concepts/scheduling-eviction/pod-priority-preemption/</remarks>
internal sealed class PriorityAdmission(IObjectLookup objects) : IMutatingAdmission, IValidatingAdmission
{
    public string Name => "Priority";

    public bool Handles(AdmissionOperation operation, GroupVersionResource resource, string subresource)
        => subresource.Length == 0 && operation is (AdmissionOperation.Create or AdmissionOperation.Update)
            && resource is ({ Group: "", Resource: "pods" } or { Group: "scheduling.k8s.io", Resource: "priorityclasses" });

    public ValueTask AdmitAsync(AdmissionRequest request, CancellationToken cancellationToken)
    {
        if (request is { Operation: AdmissionOperation.Create, Object: V1Pod { Spec: { } spec } }) { Resolve(request, spec); }
        else if (request is { Operation: AdmissionOperation.Update, Object: V1Pod { Spec: { } updated }, OldObject: V1Pod { Spec: { } old } })
        {
            // An older client may not know these fields; leaving them out does not mean to clear them.
            updated.Priority ??= old.Priority;
            updated.PreemptionPolicy ??= old.PreemptionPolicy;
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask ValidateAsync(AdmissionRequest request, CancellationToken cancellationToken)
    {
        if (request.Object is V1PriorityClass { GlobalDefault: true } wanted
            && objects.List<V1PriorityClass>().FirstOrDefault(other => other.GlobalDefault == true && other.Metadata.Name != wanted.Metadata.Name) is { } present)
        {
            throw ApiErrors.Forbidden(request.Resource, request.Name,
                $"PriorityClass {present.Metadata.Name} is already marked as default. Only one default can exist");
        }

        return ValueTask.CompletedTask;
    }

    private void Resolve(AdmissionRequest request, V1PodSpec spec)
    {
        var found = string.IsNullOrEmpty(spec.PriorityClassName)
            ? objects.List<V1PriorityClass>().Where(candidate => candidate.GlobalDefault == true).MinBy(candidate => candidate.Value)
            : objects.Find<V1PriorityClass>(ObjectKey.Cluster(spec.PriorityClassName))
                ?? throw ApiErrors.Forbidden(request.Resource, request.Name, $"no PriorityClass with name {spec.PriorityClassName} was found");
        var (priority, policy) = found is null ? (0, "PreemptLowerPriority") : (found.Value, found.PreemptionPolicy ?? "PreemptLowerPriority");
        if (spec.Priority is { } given && given != priority)
        {
            throw ApiErrors.Forbidden(request.Resource, request.Name,
                $"the integer value of priority ({given}) must not be provided in pod spec; priority admission controller computed {priority} from the given PriorityClass name");
        }

        if (spec.PreemptionPolicy is { } asked && asked != policy)
        {
            throw ApiErrors.Forbidden(request.Resource, request.Name,
                $"the string value of PreemptionPolicy ({asked}) must not be provided in pod spec; priority admission controller computed {policy} from the given PriorityClass name");
        }

        if (found is not null && string.IsNullOrEmpty(spec.PriorityClassName)) { spec.PriorityClassName = found.Metadata.Name; }
        spec.Priority = priority;
        spec.PreemptionPolicy = policy;
    }
}
