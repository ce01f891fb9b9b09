using k8s;
using k8s.Models;
using Orch.ApiServer.Security.Lookup;
using Orch.Resources;
using Orch.Security;

namespace Orch.ApiServer.Admission.Limits;

/// <summary>Gives containers the defaults of their namespace's limit ranges, and holds pods and claims to the bounds.</summary>
/// <remarks>https://kubernetes.io/docs/concepts/policy/limit-range/</remarks>
internal sealed class LimitRanger(IObjectLookup objects) : IMutatingAdmission, IValidatingAdmission
{
    public string Name => "LimitRanger";

    // What a pod's containers ask for changes later by a resize alone, so other updates of pods are none of its business.
    public bool Handles(AdmissionOperation operation, GroupVersionResource resource, string subresource)
        => resource.Group.Length == 0
            && (resource.Resource, subresource, operation) is ("pods", "", AdmissionOperation.Create) or ("pods", "resize", AdmissionOperation.Update)
                or ("persistentvolumeclaims", "", AdmissionOperation.Create or AdmissionOperation.Update)
            && objects.HasAny<V1LimitRange>();

    public ValueTask AdmitAsync(AdmissionRequest request, CancellationToken cancellationToken)
    {
        if (request.Object is not V1Pod { Spec: not null } pod) { return ValueTask.CompletedTask; }
        foreach (var range in objects.List<V1LimitRange>(request.Namespace)) { LimitDefaults.Apply(range, pod); }
        return ValueTask.CompletedTask;
    }

    public ValueTask ValidateAsync(AdmissionRequest request, CancellationToken cancellationToken)
    {
        if ((request.OldObject as IMetadata<V1ObjectMeta>)?.Metadata?.DeletionTimestamp is not null) { return ValueTask.CompletedTask; }
        foreach (var range in objects.List<V1LimitRange>(request.Namespace))
        {
            var faults = request.Object switch
            {
                V1Pod pod => LimitRules.Check(range, pod),
                V1PersistentVolumeClaim claim => LimitRules.Check(range, claim),
                _ => [],
            };
            if (faults.Count > 0) { throw AdmissionRefusal.Forbidden(request, AdmissionRefusal.Join(faults)); }
        }

        return ValueTask.CompletedTask;
    }
}
