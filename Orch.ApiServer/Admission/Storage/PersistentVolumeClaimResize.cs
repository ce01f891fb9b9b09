using k8s.Models;
using Orch.ApiServer.Security.Lookup;
using Orch.Resources;
using Orch.Security;

namespace Orch.ApiServer.Admission.Storage;

/// <summary>Lets a claim grow only when it is bound and its storage class can expand volumes.</summary>
internal sealed class PersistentVolumeClaimResize(IObjectLookup objects) : IValidatingAdmission
{
    public string Name => "PersistentVolumeClaimResize";

    public bool Handles(AdmissionOperation operation, GroupVersionResource resource, string subresource)
        => operation == AdmissionOperation.Update && resource is { Group.Length: 0, Resource: "persistentvolumeclaims" } && subresource.Length == 0;

    public ValueTask ValidateAsync(AdmissionRequest request, CancellationToken cancellationToken)
    {
        if (request is not { Object: V1PersistentVolumeClaim now, OldObject: V1PersistentVolumeClaim old } || SizeOf(now) <= SizeOf(old)) { return ValueTask.CompletedTask; }
        if (old.Status?.Phase != "Bound") { throw AdmissionRefusal.Forbidden(request, "Only bound persistent volume claims can be expanded"); }
        var className = StorageClasses.Of(now);
        if (className.Length == 0 || className != StorageClasses.Of(old) || objects.Find<V1StorageClass>(ObjectKey.Cluster(className))?.AllowVolumeExpansion != true)
        {
            throw AdmissionRefusal.Forbidden(request, "only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize");
        }

        return ValueTask.CompletedTask;
    }

    private static decimal SizeOf(V1PersistentVolumeClaim claim)
        => claim.Spec?.Resources?.Requests?.TryGetValue("storage", out var size) == true ? size.ToDecimal() : 0;
}
