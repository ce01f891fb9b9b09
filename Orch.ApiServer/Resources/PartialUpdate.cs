using k8s;
using k8s.Models;
using Orch.ApiServer.Validation;

namespace Orch.ApiServer.Resources;

/// <summary>A subresource through which just one part of an object is changed.</summary>
/// <param name="Prepare">Carries over from the old object (second) everything but that part.</param>
/// <param name="Validate">Collects all faults of the change.</param>
public sealed record PartialUpdate(
    Action<IKubernetesObject<V1ObjectMeta>, IKubernetesObject<V1ObjectMeta>> Prepare,
    Action<IKubernetesObject<V1ObjectMeta>, IKubernetesObject<V1ObjectMeta>, FieldErrors> Validate);
