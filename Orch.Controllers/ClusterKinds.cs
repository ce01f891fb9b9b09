using System.Collections;
using k8s;
using k8s.Models;
using Orch.Resources;

namespace Orch.Controllers;

/// <summary>Kinds of objects that can be owned, collected and removed with their namespace.</summary>
public sealed class ClusterKinds : IEnumerable<KindInfo>
{
    private readonly Dictionary<GroupVersionResource, ClusterKind> _kinds = [];

    internal IEnumerable<ClusterKind> Kinds => _kinds.Values;

    internal bool HasDefinitions => _kinds.ContainsKey(ResourceTypes.Of<V1CustomResourceDefinition>().Resource);

    /// <summary>The kinds that Orch serves.</summary>
    /// <remarks>
    /// Where one group or version shows the objects of another, one of them suffices. With definitions among the kinds, the custom
    /// resources that they establish belong to the kinds too.
    /// </remarks>
    public static ClusterKinds BuiltIn() => new ClusterKinds()
        .Add<V1Pod>().Add<V1Service>().Add<V1ConfigMap>().Add<V1Secret>().Add<V1ServiceAccount>().Add<V1Endpoints>().Add<Corev1Event>()
        .Add<V1LimitRange>().Add<V1ResourceQuota>().Add<V1PersistentVolumeClaim>().Add<V1PodTemplate>().Add<V1ReplicationController>()
        .Add<V1EndpointSlice>().Add<V1Lease>().Add<V1Deployment>().Add<V1ReplicaSet>().Add<V1ControllerRevision>().Add<V1DaemonSet>().Add<V1StatefulSet>()
        .Add<V1Job>().Add<V1CronJob>().Add<V2HorizontalPodAutoscaler>().Add<V1PodDisruptionBudget>()
        .Add<V1Role>().Add<V1RoleBinding>().Add<V1ClusterRole>().Add<V1ClusterRoleBinding>()
        .Add<V1Ingress>().Add<V1NetworkPolicy>().Add<Resourcev1ResourceClaim>().Add<V1ResourceClaimTemplate>().Add<V1CSIStorageCapacity>()
        .Add<V1Namespace>().Add<V1Node>().Add<V1PersistentVolume>().Add<V1PriorityClass>().Add<V1RuntimeClass>().Add<V1CertificateSigningRequest>()
        .Add<V1IngressClass>().Add<V1IPAddress>().Add<V1ServiceCIDR>().Add<V1DeviceClass>().Add<V1ResourceSlice>()
        .Add<V1CSIDriver>().Add<V1CSINode>().Add<V1StorageClass>().Add<V1VolumeAttachment>().Add<V1VolumeAttributesClass>()
        .Add<V1MutatingAdmissionPolicy>().Add<V1MutatingAdmissionPolicyBinding>().Add<V1MutatingWebhookConfiguration>()
        .Add<V1ValidatingAdmissionPolicy>().Add<V1ValidatingAdmissionPolicyBinding>().Add<V1ValidatingWebhookConfiguration>()
        .Add<V1CustomResourceDefinition>().Add<V1APIService>().Add<V1FlowSchema>().Add<V1PriorityLevelConfiguration>();

    /// <summary>Adds a kind; one that is there already stays.</summary>
    /// <typeparam name="T">With a <see cref="KubernetesEntityAttribute"/>; a kind that the server does not know is looked for in vain and costs little.</typeparam>
    public ClusterKinds Add<T>()
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        _kinds.TryAdd(ResourceTypes.Of<T>().Resource, new ClusterKind<T>());
        return this;
    }

    /// <summary>Takes a kind out.</summary>
    public ClusterKinds Remove<T>()
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        _kinds.Remove(ResourceTypes.Of<T>().Resource);
        return this;
    }

    /// <inheritdoc/>
    public IEnumerator<KindInfo> GetEnumerator() => _kinds.Values.Select(static kind => kind.Info).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
