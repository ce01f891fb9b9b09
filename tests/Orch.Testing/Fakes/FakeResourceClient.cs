using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json.Nodes;
using k8s;
using k8s.Models;
using Orch.Client;
using Orch.Resources;
using Orch.Serialization;

namespace Orch.Testing.Fakes;

/// <summary>One kind of a <see cref="FakeCluster"/>, as one identity.</summary>
internal sealed class FakeResourceClient<T>(FakeCluster cluster, ClientIdentity identity) : IResourceClient<T>
    where T : class, IKubernetesObject<V1ObjectMeta>
{
    private readonly KindInfo _kind = ResourceTypes.Of<T>();

    public async Task<T> GetAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        await CallAsync("get", key, null, cancellationToken);
        lock (cluster.Gate) { return (T)Require(key).Object; }
    }

    public async Task<ResourceList<T>> ListAsync(ListRequest request, CancellationToken cancellationToken)
    {
        await CallAsync("list", new ObjectKey(request.Namespace, string.Empty), null, cancellationToken);
        lock (cluster.Gate)
        {
            var (items, version, more) = cluster.Table<T>().List(request, cluster.Revision);
            return new ResourceList<T>([.. items.Select(entry => (T)entry.Object)], version, more);
        }
    }

    public async IAsyncEnumerable<WatchEvent<T>> WatchAsync(WatchRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await CallAsync("watch", new ObjectKey(request.Namespace, string.Empty), null, cancellationToken);
        FakeTable.Watcher watcher;
        lock (cluster.Gate)
        {
            watcher = cluster.Table<T>().Watch(request, cluster.Revision);
            cluster.Signal();
        }

        try
        {
            await foreach (var (kind, entry, revision) in watcher.Events.Reader.ReadAllAsync(cancellationToken))
            {
                yield return new WatchEvent<T>(kind, (T?)entry?.Object, revision.ToString(CultureInfo.InvariantCulture));
            }
        }
        finally
        {
            lock (cluster.Gate) { cluster.Table<T>().Close(watcher); }
        }
    }

    public async Task<T> CreateAsync(T resource, CancellationToken cancellationToken)
    {
        await CallAsync("create", resource.Key(), resource, cancellationToken);
        lock (cluster.Gate) { return (T)cluster.Writer.Create(resource); }
    }

    public async Task<T> UpdateAsync(T resource, CancellationToken cancellationToken)
    {
        await CallAsync("update", resource.Key(), resource, cancellationToken);
        lock (cluster.Gate) { return (T)cluster.Writer.Update(cluster.Table<T>(), resource, string.Empty); }
    }

    public async Task<T> UpdateStatusAsync(T resource, CancellationToken cancellationToken)
    {
        await CallAsync("update", resource.Key(), resource, cancellationToken, "status");
        lock (cluster.Gate) { return (T)cluster.Writer.Update(cluster.Table<T>(), resource, "status"); }
    }

    public async Task<T> PatchAsync(ObjectKey key, ResourcePatch patch, CancellationToken cancellationToken)
    {
        await CallAsync("patch", key, Encoding.UTF8.GetString(patch.Body.Span), cancellationToken, patch.Subresource ?? string.Empty);
        lock (cluster.Gate)
        {
            var entry = Require(key);
            var patched = patch.Kind == PatchKind.StrategicMerge && cluster.StrategicMerge is { } merge
                ? merge(typeof(T), entry.Json, patch)
                : FakePatches.Apply(entry.Json, patch);
            return (T)cluster.Writer.Update(cluster.Table<T>(), entry, patched, patch.Subresource ?? string.Empty);
        }
    }

    public async Task DeleteAsync(ObjectKey key, DeleteRequest request, CancellationToken cancellationToken)
    {
        await CallAsync("delete", key, null, cancellationToken);
        lock (cluster.Gate) { cluster.Writer.Delete(cluster.Table<T>(), key, request); }
    }

    public async Task<TBody?> CreateSubresourceAsync<TBody>(ObjectKey key, string subresource, TBody body, CancellationToken cancellationToken)
        where TBody : class, IKubernetesObject
    {
        await CallAsync("create", key, body, cancellationToken, subresource);
        lock (cluster.Gate)
        {
            var entry = Require(key);
            switch (subresource, body)
            {
                case ("binding", V1Binding binding):
                    Bind(entry, binding);
                    return null;
                case ("eviction", V1Eviction eviction):
                    var grace = eviction.DeleteOptions?.GracePeriodSeconds;
                    cluster.Writer.Delete(cluster.Table<T>(), key, new DeleteRequest
                    {
                        GracePeriod = grace is null ? null : TimeSpan.FromSeconds(grace.Value),
                        PreconditionUid = eviction.DeleteOptions?.Preconditions?.Uid,
                    });
                    return null;
                case ("token", Authenticationv1TokenRequest request):
                    var token = ApiJson.DeepCopy(request);
                    var lifetime = TimeSpan.FromSeconds(request.Spec.ExpirationSeconds ?? 3600);
                    token.Status = new V1TokenRequestStatus
                    {
                        Token = $"token-of-{key.Namespace}-{key.Name}-{cluster.Revision}",
                        ExpirationTimestamp = (cluster.Time.GetUtcNow() + lifetime).UtcDateTime,
                    };
                    return (TBody)(object)token;
                default:
                    throw ApiErrors.NotFound();
            }
        }
    }

    public Task<T> UpdateSubresourceAsync(T resource, string subresource, CancellationToken cancellationToken)
        => UpdateSubresourceAsync(resource.Key(), subresource, resource, cancellationToken);

    public async Task<TBody> UpdateSubresourceAsync<TBody>(ObjectKey key, string subresource, TBody body, CancellationToken cancellationToken)
        where TBody : class, IKubernetesObject
    {
        await CallAsync("update", key, body, cancellationToken, subresource);
        lock (cluster.Gate)
        {
            var entry = Require(key);
            if (body is V1Scale scale && subresource == "scale")
            {
                var wanted = (JsonObject)entry.Json.DeepClone();
                wanted["metadata"]!["resourceVersion"] = scale.Metadata?.ResourceVersion;
                wanted["spec"]!.AsObject()["replicas"] = scale.Spec?.Replicas ?? 0;
                cluster.Writer.Update(cluster.Table<T>(), entry, wanted, string.Empty);
                return (TBody)(object)FakeScale.Of(Require(key));
            }

            if (body is not T resource) { throw ApiErrors.NotFound(); }
            return (TBody)cluster.Writer.Update(cluster.Table<T>(), resource, subresource);
        }
    }

    public async Task<TBody> GetSubresourceAsync<TBody>(ObjectKey key, string subresource, CancellationToken cancellationToken)
        where TBody : class, IKubernetesObject
    {
        await CallAsync("get", key, null, cancellationToken, subresource);
        lock (cluster.Gate)
        {
            var entry = Require(key);
            if (subresource == "scale" && typeof(TBody) == typeof(V1Scale)) { return entry.Json["spec"] is null ? throw ApiErrors.NotFound() : (TBody)(object)FakeScale.Of(entry); }
            return entry.Object as TBody ?? throw ApiErrors.NotFound();
        }
    }

    private void Bind(FakeTable.Entry entry, V1Binding binding)
    {
        var pod = (V1Pod)entry.Object;
        if (!string.IsNullOrEmpty(pod.Spec?.NodeName))
        {
            throw ApiErrors.Conflict(_kind.Resource, pod.Metadata.Name, $"pod {pod.Metadata.Name} is already assigned to node \"{pod.Spec.NodeName}\"");
        }

        if (binding.Metadata?.Uid is { Length: > 0 } uid && uid != pod.Metadata.Uid) { throw ApiErrors.Conflict(_kind.Resource, pod.Metadata.Name); }
        cluster.Change<V1Pod>(pod.Key(), bound =>
        {
            bound.Spec ??= new V1PodSpec();
            bound.Spec.NodeName = binding.Target.Name;
            bound.Status ??= new V1PodStatus();
            bound.Status.Conditions = [.. (bound.Status.Conditions ?? []).Where(condition => condition.Type != "PodScheduled"), new V1PodCondition
            {
                Type = "PodScheduled",
                Status = "True",
                LastTransitionTime = cluster.Time.GetUtcNow().UtcDateTime,
            }];
        });
    }

    private FakeTable.Entry Require(ObjectKey key) => cluster.Table<T>().Find(key) ?? throw ApiErrors.NotFound(_kind.Resource, key.Name);

    private Task CallAsync(string verb, ObjectKey key, object? item, CancellationToken cancellationToken, string subresource = "")
        => cluster.CallAsync(new ClusterAction(verb, _kind.Resource, key, subresource, item, identity), cancellationToken);
}
