using k8s;
using k8s.Models;
using Orch.Resources;
using Orch.Serialization;

namespace Orch.Controllers.Pods;

/// <summary>Makes pods out of templates.</summary>
internal static class PodTemplates
{
    /// <summary>A pod to create in the owner's namespace, managed by it, its name made by the server.</summary>
    public static V1Pod Pod<TOwner>(TOwner owner, V1PodTemplateSpec template)
        where TOwner : class, IKubernetesObject<V1ObjectMeta> => new()
        {
            ApiVersion = "v1",
            Kind = "Pod",
            Metadata = new V1ObjectMeta
            {
                GenerateName = $"{owner.Metadata.Name}-",
                NamespaceProperty = owner.Metadata.NamespaceProperty,
                Labels = template.Metadata?.Labels is { } labels ? new Dictionary<string, string>(labels) : null,
                Annotations = template.Metadata?.Annotations is { } annotations ? new Dictionary<string, string>(annotations) : null,
                Finalizers = template.Metadata?.Finalizers is { } finalizers ? [.. finalizers] : null,
                OwnerReferences = [owner.ControllerReference()],
            },
            Spec = ApiJson.DeepCopy(template.Spec),
        };
}
