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

    /// <summary>The kinds that Orch serves.</summary>
    /// <remarks>Both event groups show the same objects, so one of them suffices.</remarks>
    public static ClusterKinds BuiltIn() => new ClusterKinds()
        .Add<V1Pod>().Add<V1Service>().Add<V1ConfigMap>().Add<V1Secret>().Add<V1ServiceAccount>().Add<V1Endpoints>().Add<Corev1Event>()
        .Add<V1EndpointSlice>().Add<V1Lease>().Add<V1Deployment>().Add<V1ReplicaSet>().Add<V1ControllerRevision>()
        .Add<V1Role>().Add<V1RoleBinding>().Add<V1ClusterRole>().Add<V1ClusterRoleBinding>()
        .Add<V1Ingress>().Add<V1NetworkPolicy>().Add<Resourcev1ResourceClaim>().Add<V1ResourceClaimTemplate>()
        .Add<V1Namespace>().Add<V1Node>().Add<V1PriorityClass>();

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
