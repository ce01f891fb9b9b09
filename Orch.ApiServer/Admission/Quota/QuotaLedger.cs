using System.Collections.Concurrent;
using k8s.Models;
using Orch.ApiServer.Caching;
using Orch.ApiServer.Errors;
using Orch.ApiServer.Registry;
using Orch.Client;
using Orch.Serialization;
using Orch.Storage;

namespace Orch.ApiServer.Admission.Quota;

/// <summary>Charges requests to the quotas of their namespace, so that no two ever use the same room.</summary>
/// <remarks>
/// Requests that come while one namespace is being charged wait and are charged together. What they use is written to the status of all
/// quotas in one commit, on the condition that none has changed; if one has, all is decided anew on what is there then. Several servers
/// over one store are therefore as safe as one.
/// </remarks>
internal sealed class QuotaLedger(IStore store, ServedResources resources, DefaultLimits limits, TimeProvider time)
{
    // Each conflict means that somebody else got on; one who loses so often tells the client to come back.
    private const int MaxAttempts = 16;
    private const int MaxRemembered = 256;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly byte[] Gone = "{}"u8.ToArray();
    private readonly ServedResource? _quotas = resources.Find(typeof(V1ResourceQuota));
    private readonly Lock _gate = new();
    private readonly Dictionary<string, List<QuotaCharge>> _waiting = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, CachedObject> _written = new(StringComparer.Ordinal);

    /// <summary>Charges a request.</summary>
    /// <exception cref="ApiException">It does not fit.</exception>
    public async ValueTask ChargeAsync(QuotaCharge charge, CancellationToken cancellationToken)
    {
        if (_quotas is null) { return; }
        var namespaceName = charge.Request.Namespace;
        var isFirst = false;
        lock (_gate)
        {
            if (_waiting.TryGetValue(namespaceName, out var others)) { others.Add(charge); }
            else { (_waiting[namespaceName], isFirst) = ([charge], true); }
        }

        // Not bound to this request's life: those that come meanwhile depend on it.
        if (isFirst) { _ = RunAsync(_quotas, namespaceName); }
        try { await charge.Done.WaitAsync(Patience, time, cancellationToken).ConfigureAwait(false); }
        catch (TimeoutException exception) { throw ApiErrors.Internal("resource quota evaluation timed out", exception); }
    }

    private async Task RunAsync(ServedResource quotas, string namespaceName)
    {
        while (true)
        {
            List<QuotaCharge> batch;
            lock (_gate)
            {
                batch = _waiting[namespaceName];
                if (batch.Count == 0) { _waiting.Remove(namespaceName); return; }
                _waiting[namespaceName] = [];
            }

            try
            {
                await ChargeAllAsync(quotas, namespaceName, batch).ConfigureAwait(false);
            }
            catch (Exception exception)
            {
                // Whatever it was, those who wait are told, and the next batch gets its turn.
                var reason = exception is StoreException fault ? StoreErrors.ToApi(fault) : exception;
                foreach (var charge in batch) { charge.Fail(reason); }
            }
        }
    }

    private async ValueTask ChargeAllAsync(ServedResource resource, string namespaceName, List<QuotaCharge> batch)
    {
        var open = batch;
        for (var attempt = 1; ; attempt++)
        {
            var quotas = Load(resource, namespaceName);
            open = open.FindAll(charge => TryCharge(quotas, charge));
            if (open.Count == 0) { return; }
            if (await CommitAsync(resource, quotas.FindAll(static quota => quota.IsChanged)).ConfigureAwait(false) is not { } lost)
            {
                open.ForEach(static charge => charge.Succeed());
                return;
            }

            if (attempt < MaxAttempts) { continue; }
            var refusal = ApiErrors.StaleObject(resource.Resource, lost);
            open.ForEach(charge => charge.Fail(refusal));
            return;
        }
    }

    // Whether the charge still waits for a commit; else it has its answer.
    private bool TryCharge(List<RunningQuota> quotas, QuotaCharge charge)
    {
        try
        {
            var changes = QuotaCheck.Check(quotas, charge.Request, charge.Evaluator, limits, time.GetUtcNow());
            if (changes.Count == 0 || charge.Request.IsDryRun) { charge.Succeed(); return false; }
            foreach (var (quota, used) in changes) { quota.Charge(used); }
            return true;
        }
        catch (ApiException refusal)
        {
            charge.Fail(refusal);
            return false;
        }
    }

    // The cache may not have seen yet what was written last.
    private List<RunningQuota> Load(ServedResource resource, string namespaceName)
    {
        var quotas = new List<RunningQuota>();
        var prefix = resource.PrefixOf(namespaceName);
        foreach (var cached in resource.Cache.Snapshot.Objects.Range(prefix, RangeRequest.PrefixEnd(prefix)))
        {
            if (!_written.TryGetValue(cached.Key, out var newer)) { quotas.Add(new RunningQuota(cached)); continue; }
            if (newer.Revision <= cached.Revision) { _written.TryRemove(KeyValuePair.Create(cached.Key, newer)); }
            if (newer.Revision <= cached.Revision || newer.StoredJson.Length > Gone.Length) { quotas.Add(new RunningQuota(newer.Revision > cached.Revision ? newer : cached)); }
        }

        return quotas;
    }

    // Null on success; else the name of a quota that somebody else has changed.
    private async ValueTask<string?> CommitAsync(ServedResource resource, List<RunningQuota> changed)
    {
        var values = changed.ConvertAll(static quota => quota.WithUsed());
        var jsons = values.ConvertAll(value => ApiJson.Serialize(value, resource.Stored.ObjectType));
        var result = await store.CommitAsync(
            new CommitRequest(
                [.. changed.Select(static quota => new Precondition(quota.Stored.Key, new Revision(quota.Stored.Revision)))],
                [.. changed.Select((quota, index) => StoreWrite.Put(quota.Stored.Key, jsons[index]))]),
            CancellationToken.None).ConfigureAwait(false);
        if (!result.Succeeded)
        {
            foreach (var conflict in result.Conflicts) { Remember(resource, Found(resource, conflict, result.Revision)); }
            return changed.Find(quota => quota.Stored.Key == result.Conflicts[0].Key)?.Name ?? string.Empty;
        }

        for (var index = 0; index < changed.Count; index++)
        {
            var made = new CachedObject(changed[index].Stored.Key, jsons[index], result.Revision.Value, resource.Stored);
            made.Adopt(values[index]);
            resource.Cache.Offer(made);
            Remember(resource, made);
        }

        return null;
    }

    // A quota that is gone is remembered as empty, until the cache has seen it go.
    private static CachedObject Found(ServedResource resource, ConflictEntry conflict, Revision revision)
        => conflict.Entry is { } entry
            ? new CachedObject(entry.Key, entry.Value, entry.Modified.Value, resource.Stored)
            : new CachedObject(conflict.Key, Gone, revision.Value, resource.Stored);

    private void Remember(ServedResource resource, CachedObject made)
    {
        _written.AddOrUpdate(made.Key, made, (_, present) => present.Revision > made.Revision ? present : made);
        if (_written.Count <= MaxRemembered) { return; }
        var seen = resource.Cache.Snapshot.Revision;
        foreach (var entry in _written)
        {
            if (entry.Value.Revision <= seen) { _written.TryRemove(entry); }
        }
    }
}
