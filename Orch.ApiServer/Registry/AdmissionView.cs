using k8s;
using k8s.Models;
using Orch.Resources;

namespace Orch.ApiServer.Registry;

/// <summary>How admission sees a change through a subresource that shows an object in another kind, such as <c>scale</c>.</summary>
/// <param name="Kind">Of what it sees.</param>
/// <param name="Show">Makes that from the whole object, which is not changed.</param>
/// <param name="TakeBack">Takes over into the whole object what mutating admission made of it.</param>
internal sealed record AdmissionView(
    GroupVersionKind Kind, Func<IKubernetesObject<V1ObjectMeta>, IKubernetesObject> Show, Action<IKubernetesObject<V1ObjectMeta>, IKubernetesObject> TakeBack);
