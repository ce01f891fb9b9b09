using k8s;
using k8s.Models;
using Orch.Client;
using Orch.Client.Reconciling;
using Orch.Controllers.Hosting;
using Orch.Controllers.Namespaces;
using Orch.Quotas;
using Orch.Resources;
using Orch.Serialization;

namespace Orch.Controllers.Quota;

/// <summary>Counts anew what each resource quota's namespace uses: when its limits change, when something goes, and every few minutes.</summary>
/// <remarks>
/// Admission counts up before an object is there; this counts down after it is gone. The server admits by the status that is written here,
/// so a quota does nothing before its first count.
/// </remarks>
internal sealed class ResourceQuotaController : IReconciler
{
    private static readonly TimeSpan FullResync = TimeSpan.FromMinutes(5);

    // A create that was charged a moment ago may not have reached the store yet: only a quota that was still for so long is counted down.
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(1);
    private const int MaxPatience = 10;

    private readonly Dictionary<ObjectKey, Stillness> _still = [];
    private readonly Lock _gate = new();
    private readonly IInformer<V1ResourceQuota> _quotas;
    private readonly IResourceClient<V1ResourceQuota> _client;
    private readonly QuotaUsage _usage;
    private readonly TimeProvider _time;
    private readonly ControllerLoop _loop;

    public ResourceQuotaController(ControllerContext context)
    {
        _quotas = context.Informer<V1ResourceQuota>();
        _client = context.Client.Resource<V1ResourceQuota>();
        _time = context.Time;
        _usage = new QuotaUsage(context.Client, new NamespacedKinds(context), context.Time);
        _loop = context.Loop("resourcequota", this)
            .WatchEvents(_quotas, static change => change.New is not null && ApiJson.ContentEquals(change.Old?.Spec, change.New.Spec) && change.Old is not null ? [] : [change.Object.Key()])
            .WatchEvents(context.Informer<V1Pod>(), change => HasFreed(change.Old, change.New) ? QuotasIn(change.Object.Metadata.NamespaceProperty) : [])
            .WatchEvents(context.Informer<V1Service>(), change => change.Old is not null && (change.New is null || !ApiJson.ContentEquals(change.Old.Spec, change.New.Spec)) ? QuotasIn(change.Object.Metadata.NamespaceProperty) : []);
        foreach (var kind in context.Options.Kinds.Kinds)
        {
            if (kind.Info.IsNamespaced && kind.Info.Resource.Resource is not ("pods" or "services" or "events" or "resourcequotas")) { kind.Source(context.Informers).Subscribe(Freed); }
        }

        if (CountedCustomKinds.For(context, _quotas, Freed) is not { } custom) { return; }
        _quotas.Subscribe(custom.Changed);
        _loop.WatchEvents(context.Informer<V1CustomResourceDefinition>(), custom.Changed);
    }

    public async ValueTask<ReconcileResult> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        if (_quotas.Find(key) is null)
        {
            Forget(key);
            return ReconcileResult.Done;
        }

        V1ResourceQuota quota;
        try { quota = await _client.GetAsync(key, cancellationToken).ConfigureAwait(false); }
        catch (ApiException exception) when (exception.IsNotFound)
        {
            Forget(key);
            return ReconcileResult.Done;
        }

        var hard = quota.Spec?.Hard ?? new Dictionary<string, ResourceQuantity>();
        var used = await _usage.OfAsync(quota, cancellationToken).ConfigureAwait(false);
        if (QuotaAmounts.Same(hard, quota.Status?.Hard) && QuotaAmounts.Same(used, quota.Status?.Used)) { return Settled(key); }
        if (IsLess(used, quota.Status?.Used) && !IsStill(key, quota.Metadata.ResourceVersion)) { return ReconcileResult.RequeueAfter(Quiet); }
        var wanted = quota with { Status = new V1ResourceQuotaStatus { Hard = new Dictionary<string, ResourceQuantity>(hard), Used = used } };
        try { await _client.UpdateStatusAsync(wanted, cancellationToken).ConfigureAwait(false); }
        catch (ApiException exception) when (exception.IsConflict) { return ReconcileResult.RequeueAfter(TimeSpan.FromMilliseconds(100)); }
        catch (ApiException exception) when (exception.IsNotFound)
        {
            // It went meanwhile.
        }

        return Settled(key);
    }

    private static bool HasFreed(V1Pod? old, V1Pod? now)
        => old is not null && (now is null || (old.Status?.Phase != now.Status?.Phase && now.Status?.Phase is "Succeeded" or "Failed") || !ApiJson.ContentEquals(old.Spec?.Resources, now.Spec?.Resources));

    private static bool IsLess(Dictionary<string, ResourceQuantity> used, IDictionary<string, ResourceQuantity>? before)
        => before?.Any(pair => used.TryGetValue(pair.Key, out var now) && Quantities.Compare(now, pair.Value) < 0) == true;

    private void Freed(V1ObjectMeta? old, V1ObjectMeta? now)
    {
        if (now is null && old is not null) { Freed(old.NamespaceProperty); }
    }

    private void Freed(string? namespaceName)
    {
        foreach (var key in QuotasIn(namespaceName)) { _loop.Enqueue(key); }
    }

    private IEnumerable<ObjectKey> QuotasIn(string? namespaceName)
        => string.IsNullOrEmpty(namespaceName) ? [] : _quotas.List().Where(quota => quota.Metadata.NamespaceProperty == namespaceName).Select(static quota => quota.Key());

    private ReconcileResult Settled(ObjectKey key)
    {
        Forget(key);
        return ReconcileResult.RequeueAfter(FullResync);
    }

    private bool IsStill(ObjectKey key, string version)
    {
        lock (_gate)
        {
            var now = _time.GetUtcNow();
            if (!_still.TryGetValue(key, out var seen)) { _still[key] = new Stillness(version, now, 1); return false; }
            if (seen.Version == version) { return now - seen.Since >= Quiet; }

            // A namespace in which creates never cease must be counted too.
            if (seen.Tries >= MaxPatience) { return true; }
            _still[key] = new Stillness(version, now, seen.Tries + 1);
            return false;
        }
    }

    private void Forget(ObjectKey key)
    {
        lock (_gate) { _still.Remove(key); }
    }

    private readonly record struct Stillness(string Version, DateTimeOffset Since, int Tries);
}
