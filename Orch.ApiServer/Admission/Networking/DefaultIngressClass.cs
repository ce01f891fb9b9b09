using k8s.Models;
using Orch.ApiServer.Admission.Storage;
using Orch.ApiServer.Security.Lookup;
using Orch.Resources;
using Orch.Security;

namespace Orch.ApiServer.Admission.Networking;

/// <summary>Gives ingresses that name no class the default one.</summary>
internal sealed class DefaultIngressClass(IObjectLookup objects) : IMutatingAdmission
{
    public string Name => "DefaultIngressClass";

    public bool Handles(AdmissionOperation operation, GroupVersionResource resource, string subresource)
        => operation == AdmissionOperation.Create && resource is { Group: "networking.k8s.io", Resource: "ingresses" } && subresource.Length == 0;

    public ValueTask AdmitAsync(AdmissionRequest request, CancellationToken cancellationToken)
    {
        if (request.Object is not V1Ingress { Spec: { IngressClassName: null } spec } ingress || ingress.Annotation("kubernetes.io/ingress.class") is not null) { return ValueTask.CompletedTask; }
        if (ClassChoice.DefaultOf(objects.List<V1IngressClass>(), "ingressclass.kubernetes.io/is-default-class") is { } chosen) { spec.IngressClassName = chosen.Metadata.Name; }
        return ValueTask.CompletedTask;
    }
}
