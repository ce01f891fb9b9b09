using k8s.Models;
using Orch.Client;
using Orch.Resources;

namespace Orch.Controllers.Namespaces;

/// <summary>Deletes everything in a namespace and tells what is left.</summary>
/// <remarks>Pods go first and alone: what they use, such as secrets and network policies, must outlive them.</remarks>
internal sealed class NamespaceContent(NamespacedKinds kinds)
{
    private const int AtOnce = 10;

    public async Task<NamespaceRemains> DeleteAsync(string namespaceName, CancellationToken cancellationToken)
    {
        var remains = new NamespaceRemains();
        foreach (var wave in kinds.Now().GroupBy(static kind => kind.Info.Resource is { Group: "", Resource: "pods" } ? 0 : 1).OrderBy(static wave => wave.Key))
        {
            foreach (var (info, client) in wave) { await DeleteKindAsync(info, client, namespaceName, remains, cancellationToken).ConfigureAwait(false); }
            if (remains.HasContent) { return remains; }
        }

        return remains;
    }

    private static async Task DeleteKindAsync(KindInfo info, IMetadataClient client, string namespaceName, NamespaceRemains remains, CancellationToken cancellationToken)
    {
        try
        {
            var present = await client.ListAsync(namespaceName, cancellationToken).ConfigureAwait(false);
            var fresh = present.Where(static item => item.DeletionTimestamp is null).ToList();
            await InBatchesAsync(fresh, item => DeleteOneAsync(client, item, cancellationToken)).ConfigureAwait(false);
            var left = fresh.Count > 0 ? await client.ListAsync(namespaceName, cancellationToken).ConfigureAwait(false) : present;
            remains.Add(info.Resource, left);
        }
        catch (ApiException exception) when (exception.IsNotFound || exception.Reason == StatusReasons.MethodNotAllowed)
        {
            // Not served here: nothing of it can be in the namespace.
        }
        catch (ApiException exception)
        {
            remains.Fault($"unexpected items still remain in namespace: {namespaceName} for gvr: {info.Resource.ApiVersion}, Resource={info.Resource.Resource}: {exception.Message}");
        }
    }

    private static async Task InBatchesAsync(List<V1ObjectMeta> items, Func<V1ObjectMeta, Task> act)
    {
        foreach (var batch in items.Chunk(AtOnce)) { await Task.WhenAll(batch.Select(act)).ConfigureAwait(false); }
    }

    private static async Task DeleteOneAsync(IMetadataClient client, V1ObjectMeta item, CancellationToken cancellationToken)
    {
        try
        {
            var request = new DeleteRequest { PropagationPolicy = "Background", PreconditionUid = item.Uid };
            await client.DeleteAsync(new ObjectKey(item.NamespaceProperty, item.Name), request, cancellationToken).ConfigureAwait(false);
        }
        catch (ApiException exception) when (exception.IsNotFound || exception.IsConflict)
        {
            // Gone, or made anew: the next list shows which.
        }
    }
}
