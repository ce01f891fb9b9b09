using k8s;
using k8s.Models;

namespace Orch.ApiServer.Resources;

/// <summary>Does something beside a write of one resource, such as allocating a cluster address; runs after validation, before validating admission and the commit.</summary>
public interface IWriteHook
{
    /// <summary>Whether the hook wants this resource.</summary>
    bool Handles(ResourceDeclaration declaration);

    /// <summary>Takes what the write needs and may fill it into the new object.</summary>
    /// <param name="value">Owned by the request; null when the object is being removed for good.</param>
    /// <param name="old">What is stored, shared; null on create.</param>
    /// <param name="dryRun">Nothing will be stored.</param>
    /// <returns>Completed as committed or not when the write has ended; null when there is nothing to do then.</returns>
    /// <exception cref="Client.ApiException">The write is refused.</exception>
    ValueTask<IWriteHold?> BeginAsync(
        IKubernetesObject<V1ObjectMeta>? value, IKubernetesObject<V1ObjectMeta>? old, bool dryRun, CancellationToken cancellationToken);
}

/// <summary>What a hook holds for a write in progress.</summary>
public interface IWriteHold
{
    /// <summary>The write ended; keeps what was taken, or gives it back.</summary>
    void Complete(bool committed);
}
