using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using k8s.Models;
using Orch.Client;
using Orch.Resources;

namespace Orch.Testing.Fakes;

/// <summary>One resource of a <see cref="FakeCluster"/>, as one identity, by metadata alone; served once an object of it has been there.</summary>
internal sealed class FakeMetadataClient(FakeCluster cluster, ClientIdentity identity, GroupVersionResource resource) : IObjectClient<PartialObjectMetadata>
{
    public async Task<PartialObjectMetadata> GetAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        await CallAsync("get", key, null, cancellationToken);
        lock (cluster.Gate) { return Partial(Require(key)); }
    }

    public async Task<ResourceList<PartialObjectMetadata>> ListAsync(ListRequest request, CancellationToken cancellationToken)
    {
        await CallAsync("list", new ObjectKey(request.Namespace, string.Empty), null, cancellationToken);
        lock (cluster.Gate)
        {
            var (items, version, more) = Table().List(request, cluster.Revision);
            return new ResourceList<PartialObjectMetadata>([.. items.Select(Partial)], version, more);
        }
    }

    public async IAsyncEnumerable<WatchEvent<PartialObjectMetadata>> WatchAsync(WatchRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await CallAsync("watch", new ObjectKey(request.Namespace, string.Empty), null, cancellationToken);
        FakeTable.Watcher watcher;
        lock (cluster.Gate)
        {
            watcher = Table().Watch(request, cluster.Revision);
            cluster.Signal();
        }

        try
        {
            await foreach (var (kind, entry, revision) in watcher.Events.Reader.ReadAllAsync(cancellationToken))
            {
                yield return new WatchEvent<PartialObjectMetadata>(kind, entry is null ? null : Partial(entry), revision.ToString(CultureInfo.InvariantCulture));
            }
        }
        finally
        {
            lock (cluster.Gate) { Table().Close(watcher); }
        }
    }

    public async Task<PartialObjectMetadata> PatchAsync(ObjectKey key, ResourcePatch patch, CancellationToken cancellationToken)
    {
        await CallAsync("patch", key, Encoding.UTF8.GetString(patch.Body.Span), cancellationToken, patch.Subresource ?? string.Empty);
        lock (cluster.Gate)
        {
            var entry = Require(key);
            return new PartialObjectMetadata { Metadata = cluster.Writer.Update(Table(), entry, FakePatches.Apply(entry.Json, patch), patch.Subresource ?? string.Empty).Metadata };
        }
    }

    public async Task DeleteAsync(ObjectKey key, DeleteRequest request, CancellationToken cancellationToken)
    {
        await CallAsync("delete", key, null, cancellationToken);
        lock (cluster.Gate) { cluster.Writer.Delete(Table(), key, request); }
    }

    /// <summary>Of a resource whose objects have replicas; others have no scale.</summary>
    public async Task<V1Scale> GetScaleAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        await CallAsync("get", key, null, cancellationToken, "scale");
        lock (cluster.Gate)
        {
            var entry = Require(key);
            return entry.Json["spec"]?["replicas"] is null ? throw ApiErrors.NotFound() : FakeScale.Of(entry);
        }
    }

    private static PartialObjectMetadata Partial(FakeTable.Entry entry) => new() { Metadata = entry.Object.Metadata };

    private FakeTable Table() => cluster.Table(resource) ?? throw ApiErrors.NotFound();

    private FakeTable.Entry Require(ObjectKey key) => Table().Find(key) ?? throw ApiErrors.NotFound(resource, key.Name);

    private Task CallAsync(string verb, ObjectKey key, object? item, CancellationToken cancellationToken, string subresource = "")
        => cluster.CallAsync(new ClusterAction(verb, resource, key, subresource, item, identity), cancellationToken);
}
