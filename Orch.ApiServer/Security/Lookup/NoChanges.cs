using k8s;
using k8s.Models;

namespace Orch.ApiServer.Security.Lookup;

/// <summary>Of a kind that is not served.</summary>
internal sealed class NoChanges<T> : IObjectChanges<T>
    where T : class, IKubernetesObject<V1ObjectMeta>
{
    /// <inheritdoc />
    public bool HasPending => false;

    /// <inheritdoc />
    public bool Read(Action<T?, T?> changed) => true;

    /// <inheritdoc />
    public void Dispose()
    {
    }
}
