using k8s;
using k8s.Models;

namespace Orch.ApiServer.Security.Lookup;

/// <summary>What has changed of a kind since it was last read; for indexes that are brought up to date when they are asked.</summary>
/// <remarks>One reader at a time; <see cref="HasPending"/> may be asked by anybody and costs next to nothing.</remarks>
internal interface IObjectChanges<T> : IDisposable
    where T : class, IKubernetesObject<V1ObjectMeta>
{
    /// <summary>Whether a reading would bring something.</summary>
    bool HasPending { get; }

    /// <summary>Hands over every change: what was there (null when new) and what is there (null when gone).</summary>
    /// <returns>False when changes were lost: the index must be made anew, with other changes.</returns>
    bool Read(Action<T?, T?> changed);
}
