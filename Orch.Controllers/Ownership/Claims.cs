using k8s;
using k8s.Models;
using Orch.Client;
using Orch.Resources;

namespace Orch.Controllers.Ownership;

/// <summary>Settles which objects an owner manages: adopts orphans that its selector picks, releases what it no longer picks.</summary>
/// <remarks>
/// An orphan is adopted only after a live read has shown that the owner still exists under the same uid and is not being deleted;
/// both changes carry the object's resource version, so that a stale cache ends in a conflict and not in a wrong owner.
/// </remarks>
internal sealed class Claims<TOwner, T>(IResourceClient<TOwner> owners, IResourceClient<T> items)
    where TOwner : class, IKubernetesObject<V1ObjectMeta>
    where T : class, IKubernetesObject<V1ObjectMeta>
{
    /// <param name="owner">As cached.</param>
    /// <param name="selector">Of the owner's spec.</param>
    /// <param name="candidates">What it owns, and orphans of its namespace.</param>
    /// <param name="mayAdopt">Whether an orphan that the selector picks is taken, such as pods that have not finished.</param>
    public async Task<List<T>> SettleAsync(
        TOwner owner, LabelSelector selector, IEnumerable<T> candidates, Func<T, bool> mayAdopt, CancellationToken cancellationToken)
    {
        var claimed = new List<T>();
        var mayOwn = default(bool?);
        foreach (var item in candidates)
        {
            var picked = selector.Matches(item.Metadata.Labels);
            if (item.ControllerOwner() is { } controller)
            {
                if (controller.Uid != owner.Metadata.Uid) { continue; }
                if (picked) { claimed.Add(item); }
                else if (!owner.IsDeleting()) { await ReleaseAsync(owner, item, cancellationToken).ConfigureAwait(false); }
            }
            else if (picked && !owner.IsDeleting() && !item.IsDeleting() && mayAdopt(item))
            {
                mayOwn ??= await IsLiveAsync(owner, cancellationToken).ConfigureAwait(false);
                if (mayOwn == true && await AdoptAsync(owner, item, cancellationToken).ConfigureAwait(false) is { } adopted) { claimed.Add(adopted); }
            }
        }

        return claimed;
    }

    private async Task<bool> IsLiveAsync(TOwner owner, CancellationToken cancellationToken)
    {
        try
        {
            var live = await owners.GetAsync(owner.Key(), cancellationToken).ConfigureAwait(false);
            return live.Metadata.Uid == owner.Metadata.Uid && !live.IsDeleting();
        }
        catch (ApiException exception) when (exception.IsNotFound)
        {
            return false;
        }
    }

    private async Task<T?> AdoptAsync(TOwner owner, T item, CancellationToken cancellationToken)
    {
        try
        {
            return await items.PatchAsync(item.Key(), OwnersPatch(item, [.. item.Metadata.OwnerReferences ?? [], owner.ControllerReference()]), cancellationToken).ConfigureAwait(false);
        }
        catch (ApiException exception) when (exception.IsNotFound)
        {
            return null;
        }
    }

    private async Task ReleaseAsync(TOwner owner, T item, CancellationToken cancellationToken)
    {
        try
        {
            await items.PatchAsync(item.Key(), OwnersPatch(item, [.. item.Metadata.OwnerReferences.Where(reference => reference.Uid != owner.Metadata.Uid)]), cancellationToken).ConfigureAwait(false);
        }
        catch (ApiException exception) when (exception.IsNotFound || exception.IsInvalid)
        {
            // Gone, or another object under the name: nothing to release.
        }
    }

    private static ResourcePatch OwnersPatch(T item, List<V1OwnerReference> references) => MetadataPatch.Owners(item.Metadata, references);
}
