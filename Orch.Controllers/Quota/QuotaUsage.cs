using k8s;
using k8s.Models;
using Orch.Client;
using Orch.Controllers.Namespaces;
using Orch.Quotas;
using Orch.Resources;

namespace Orch.Controllers.Quota;

/// <summary>Measures what a quota's namespace uses, from fresh lists: only they are certain to hold what was admitted before.</summary>
internal sealed class QuotaUsage(IClusterClient client, NamespacedKinds kinds, TimeProvider time)
{
    /// <summary>By each name in the limits that can be measured; zero where nothing is used.</summary>
    public async ValueTask<Dictionary<string, ResourceQuantity>> OfAsync(V1ResourceQuota quota, CancellationToken cancellationToken)
    {
        var hard = quota.Spec?.Hard ?? new Dictionary<string, ResourceQuantity>();
        var used = new Dictionary<string, ResourceQuantity>();
        await AddAsync<V1Pod>(quota, hard, used, cancellationToken).ConfigureAwait(false);
        await AddAsync<V1Service>(quota, hard, used, cancellationToken).ConfigureAwait(false);
        await AddAsync<V1PersistentVolumeClaim>(quota, hard, used, cancellationToken).ConfigureAwait(false);
        await AddAsync<Resourcev1ResourceClaim>(quota, hard, used, cancellationToken).ConfigureAwait(false);

        // Objects that are only counted lie in no scope.
        var hasScope = QuotaEvaluator.ScopesOf(quota).Any();
        foreach (var (info, objects) in kinds.Now())
        {
            if (info.Resource is { Group.Length: 0, Resource: "pods" or "services" or "persistentvolumeclaims" } or { Group: "resource.k8s.io", Resource: "resourceclaims" }) { continue; }
            var evaluator = QuotaEvaluator.For(info.Resource);
            string[] names = [.. hard.Keys.Where(evaluator.Tracks)];
            if (names.Length == 0) { continue; }
            try
            {
                var count = hasScope ? 0 : (await objects.ListAsync(quota.Metadata.NamespaceProperty, cancellationToken).ConfigureAwait(false)).Count;
                foreach (var name in names) { used[name] = Quantities.FromValue(count); }
            }
            catch (ApiException exception) when (exception.IsNotFound)
            {
                // The definition has just gone, and what nobody serves cannot be measured.
            }
        }

        return used;
    }

    private async ValueTask AddAsync<T>(V1ResourceQuota quota, IDictionary<string, ResourceQuantity> hard, Dictionary<string, ResourceQuantity> used, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        var evaluator = QuotaEvaluator.For(ResourceTypes.Of<T>().Resource);
        string[] names = [.. hard.Keys.Where(evaluator.Tracks)];
        if (names.Length == 0) { return; }
        foreach (var name in names) { used[name] = Quantities.Zero; }
        var list = await client.Resource<T>().ListAsync(new ListRequest { Namespace = quota.Metadata.NamespaceProperty }, cancellationToken).ConfigureAwait(false);
        var now = time.GetUtcNow();
        foreach (var item in list.Items)
        {
            if (!evaluator.Matches(quota, hard, item)) { continue; }
            foreach (var (name, amount) in QuotaAmounts.Mask(evaluator.UsageOf(item, now), names)) { used[name] = Quantities.Add(used[name], amount); }
        }
    }
}
