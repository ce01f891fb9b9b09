using k8s;
using k8s.Models;
using Orch.Resources;
using Orch.Security;

namespace Orch.ApiServer.Admission.Storage;

/// <summary>Marks volumes and claims so that they are not gone before their users are; controllers take the mark off.</summary>
internal sealed class StorageObjectInUseProtection : IMutatingAdmission
{
    public string Name => "StorageObjectInUseProtection";

    public bool Handles(AdmissionOperation operation, GroupVersionResource resource, string subresource)
        => operation == AdmissionOperation.Create && subresource.Length == 0
            && resource is ({ Group.Length: 0, Resource: "persistentvolumes" or "persistentvolumeclaims" } or { Group: "storage.k8s.io", Resource: "volumeattributesclasses" });

    public ValueTask AdmitAsync(AdmissionRequest request, CancellationToken cancellationToken)
    {
        var finalizer = request.Resource.Resource switch
        {
            "persistentvolumes" => "kubernetes.io/pv-protection",
            "persistentvolumeclaims" => "kubernetes.io/pvc-protection",
            _ => "kubernetes.io/vac-protection",
        };
        if (request.Object is not IMetadata<V1ObjectMeta> { Metadata: { } metadata } || metadata.Finalizers?.Contains(finalizer) == true) { return ValueTask.CompletedTask; }
        metadata.Finalizers = [.. metadata.Finalizers ?? [], finalizer];
        return ValueTask.CompletedTask;
    }
}
