using k8s;
using k8s.Models;

namespace Orch.Client.Informers;

/// <summary>Takes in what a <see cref="Reflector{T}"/> reads; called by one at a time.</summary>
internal interface IReflectorTarget<T>
    where T : class, IKubernetesObject<V1ObjectMeta>
{
    /// <summary>The whole collection as it is at a version.</summary>
    void Replace(IReadOnlyCollection<T> items, string resourceVersion);

    /// <summary>One change after that.</summary>
    void Apply(WatchEvent<T> change);
}
