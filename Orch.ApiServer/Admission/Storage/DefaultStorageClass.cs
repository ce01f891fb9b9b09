using k8s.Models;
using Orch.ApiServer.Security.Lookup;
using Orch.Resources;
using Orch.Security;

namespace Orch.ApiServer.Admission.Storage;

/// <summary>Gives claims that name no storage class the default one.</summary>
internal sealed class DefaultStorageClass(IObjectLookup objects) : IMutatingAdmission
{
    public string Name => "DefaultStorageClass";

    public bool Handles(AdmissionOperation operation, GroupVersionResource resource, string subresource)
        => operation == AdmissionOperation.Create && resource is { Group.Length: 0, Resource: "persistentvolumeclaims" } && subresource.Length == 0;

    public ValueTask AdmitAsync(AdmissionRequest request, CancellationToken cancellationToken)
    {
        // An empty name is a choice too: that of no class at all.
        if (request.Object is not V1PersistentVolumeClaim { Spec: { StorageClassName: null } spec } claim || claim.Annotation(StorageClasses.Annotation) is not null) { return ValueTask.CompletedTask; }
        var chosen = ClassChoice.DefaultOf(objects.List<V1StorageClass>(), "storageclass.kubernetes.io/is-default-class", "storageclass.beta.kubernetes.io/is-default-class");
        if (chosen is not null) { spec.StorageClassName = chosen.Metadata.Name; }
        return ValueTask.CompletedTask;
    }
}
