using k8s.Models;
using Orch.Client;
using Orch.Client.Reconciling;
using Orch.Controllers.Hosting;
using Orch.Resources;
using Orch.Serialization;

namespace Orch.Controllers.Namespaces;

/// <summary>Empties a namespace that is being deleted, then lets it go.</summary>
internal sealed class NamespaceController : IReconciler
{
    private const string Finalizer = "kubernetes";
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);
    private readonly IInformer<V1Namespace> _namespaces;
    private readonly IResourceClient<V1Namespace> _client;
    private readonly NamespaceContent _content;
    private readonly TimeProvider _time;

    public NamespaceController(ControllerContext context)
    {
        _namespaces = context.Informer<V1Namespace>();
        _client = context.Client.Resource<V1Namespace>();
        var kinds = new NamespacedKinds(context);
        _content = new NamespaceContent(kinds);
        _time = context.Time;
        // A pod that is gone at last may be what its namespace waited for; other content is looked for again after a time.
        var loop = context.Loop("namespace", this).Watch(_namespaces).WatchEvents(context.Informer<V1Pod>(), change => change.New is null ? Terminating(change.Object) : []);
        // Changes of definitions wake nobody, but the first pass must know them.
        if (kinds.Definitions is { } definitions) { loop.WatchEvents(definitions, static _ => []); }
    }

    public async ValueTask<ReconcileResult> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        if (_namespaces.Find(key) is not { } cached || !cached.IsDeleting()) { return ReconcileResult.Done; }
        // Read live: what the cache still shows as held may have been let go already.
        if (await FindAsync(key, cancellationToken).ConfigureAwait(false) is not { } item || item.Metadata.Uid != cached.Metadata.Uid || !item.IsDeleting()) { return ReconcileResult.Done; }
        if (item.Spec?.Finalizers?.Contains(Finalizer) != true) { return ReconcileResult.Done; }

        if (item.Status?.Phase != "Terminating") { item = await _client.UpdateStatusAsync(item with { Status = (item.Status ?? new V1NamespaceStatus()) with { Phase = "Terminating" } }, cancellationToken).ConfigureAwait(false); }
        var remains = await _content.DeleteAsync(key.Name, cancellationToken).ConfigureAwait(false);
        var conditions = NamespaceConditions.For(item.Status?.Conditions, remains, _time.GetUtcNow());
        if (!ApiJson.ContentEquals(item.Status?.Conditions, conditions)) { item = await _client.UpdateStatusAsync(item with { Status = item.Status! with { Conditions = conditions } }, cancellationToken).ConfigureAwait(false); }
        if (remains.Faults.Count > 0) { throw new ControllerFaultException($"namespace {key}: {string.Join(", ", remains.Faults)}"); }
        if (remains.HasContent) { return ReconcileResult.RequeueAfter(Wait(remains.Estimate)); }

        await FinalizeAsync(item, cancellationToken).ConfigureAwait(false);
        return ReconcileResult.Done;
    }

    private static TimeSpan Wait(TimeSpan estimate)
    {
        var wait = (estimate / 2) + TimeSpan.FromSeconds(1);
        return wait < LongestWait ? wait : LongestWait;
    }

    private async Task<V1Namespace?> FindAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        try
        {
            return await _client.GetAsync(key, cancellationToken).ConfigureAwait(false);
        }
        catch (ApiException exception) when (exception.IsNotFound)
        {
            return null;
        }
    }

    private async Task FinalizeAsync(V1Namespace item, CancellationToken cancellationToken)
    {
        var freed = item with { Spec = item.Spec with { Finalizers = [.. item.Spec.Finalizers.Where(static one => one != Finalizer)] } };
        try
        {
            await _client.UpdateSubresourceAsync(freed.Key(), "finalize", freed, cancellationToken).ConfigureAwait(false);
        }
        catch (ApiException exception) when (exception.IsNotFound)
        {
            // Gone already.
        }
    }

    private IEnumerable<ObjectKey> Terminating(V1Pod pod)
    {
        var key = ObjectKey.Cluster(pod.Metadata.NamespaceProperty);
        return _namespaces.Find(key)?.IsDeleting() == true ? [key] : [];
    }
}
