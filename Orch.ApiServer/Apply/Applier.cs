using k8s.Models;
using Orch.ApiServer.Json;
using Orch.Serialization;

namespace Orch.ApiServer.Apply;

/// <summary>Merges an applied object into the live one and settles who owns what.</summary>
/// <remarks>Rules as in structured-merge-diff's <c>merge.Updater</c>. Stateless but for the pool; arguments stay as they are.</remarks>
internal sealed class Applier(FieldsPool pool)
{
    /// <summary>The name under which fields are kept that were there before anybody applied.</summary>
    public const string BeforeFirst = "before-first-apply";

    /// <summary>Applies.</summary>
    /// <param name="live">Without managed fields; empty where there is no object yet.</param>
    /// <param name="entries">The live object's, valid.</param>
    /// <param name="applied">Checked against its type.</param>
    /// <exception cref="Client.ApiException">500: the object could not be converted to a version in which somebody owns fields.</exception>
    public async ValueTask<ApplyOutcome> ApplyAsync(
        JsonMap live, IReadOnlyList<V1ManagedFieldsEntry> entries, JsonMap applied, ApplyRequest request, IApplyVersions versions, CancellationToken cancellationToken)
    {
        var type = versions.TypeOf(request.ApiVersion)!;
        var liveJson = JsonTree.Write(live);
        var owners = Owners(entries, versions);
        if (entries.Count == 0 && live.Count > 0) { AddBefore(owners, liveJson, type, request); }

        var mine = owners.Find(owner => owner.Entry.Operation == ManagedEntries.Apply && owner.Entry.Manager == request.Manager && (owner.Entry.Subresource ?? string.Empty) == request.Subresource);
        var last = mine;
        if (mine is not null) { owners.Remove(mine); }
        var own = new FieldOwner(
            ManagedEntries.Make(request.Manager, ManagedEntries.Apply, request.ApiVersion, request.Subresource, last?.Entry.Time, new RawJson([])),
            request.Ignored.WithoutReset(TreeFields.Of(applied, type)));
        owners.Add(own);

        var merged = (JsonMap?)TreeMerge.Merge(live, applied, type) ?? [];
        var pruned = await PruneAsync(merged, owners, last, request.ApiVersion, versions, cancellationToken).ConfigureAwait(false);
        var json = JsonTree.Write(pruned);
        var conflicts = await SettleAsync(live, liveJson, pruned, json, owners, own, request, versions, cancellationToken).ConfigureAwait(false);
        if (conflicts.Count > 0 && !request.Force) { return new ApplyOutcome(null, [], conflicts); }

        var isSame = JsonTree.Equals(live, pruned);
        own.Fields = request.Ignored.Filter(own.Fields);
        if (!isSame) { own.Time = request.Now; }
        var result = new List<V1ManagedFieldsEntry>(owners.Count);
        foreach (var owner in owners)
        {
            if (!owner.Fields.IsEmpty) { result.Add(owner.ToEntry(pool)); }
        }

        ManagedEntries.Sort(result);
        return new ApplyOutcome(isSame ? null : json, result, []);
    }

    private static List<FieldOwner> Owners(IReadOnlyList<V1ManagedFieldsEntry> entries, IApplyVersions versions)
    {
        var owners = new List<FieldOwner>(entries.Count + 1);
        foreach (var entry in entries)
        {
            // What belongs to a version that is no longer served belongs to nobody.
            if (versions.TypeOf(entry.ApiVersion) is { } type) { owners.Add(new FieldOwner(entry, ManagedEntries.FieldsOf(entry, type).AtAtoms(type))); }
        }

        return owners;
    }

    private static void AddBefore(List<FieldOwner> owners, byte[] liveJson, MergeType type, ApplyRequest request)
    {
        var fields = ChangeWalker.OfNew(liveJson, type, request.Ignored);
        var entry = ManagedEntries.Make(BeforeFirst, ManagedEntries.Update, request.ApiVersion, request.Subresource, request.Now, new RawJson([]));
        if (!fields.IsEmpty) { owners.Add(new FieldOwner(entry, fields)); }
    }

    // Others lose what changes; without force they must not own it.
    private static async ValueTask<List<ApplyConflict>> SettleAsync(
        JsonMap live, byte[] liveJson, JsonMap pruned, byte[] json, List<FieldOwner> owners, FieldOwner own, ApplyRequest request, IApplyVersions versions, CancellationToken cancellationToken)
    {
        var conflicts = new List<ApplyConflict>();
        var changes = new Dictionary<string, FieldChanges>(StringComparer.Ordinal);
        foreach (var owner in owners)
        {
            var version = owner.Entry.ApiVersion;
            if (ReferenceEquals(owner, own)) { continue; }
            if (!changes.TryGetValue(version, out var found))
            {
                var isOwn = version == request.ApiVersion;
                var before = isOwn ? liveJson : JsonTree.Write(await versions.ConvertAsync(live, request.ApiVersion, version, cancellationToken).ConfigureAwait(false));
                var after = isOwn ? json : JsonTree.Write(await versions.ConvertAsync(pruned, request.ApiVersion, version, cancellationToken).ConfigureAwait(false));
                found = request.Ignored.Keep(ChangeWalker.Between(before, after, versions.TypeOf(version)!, request.Ignored));
                changes.Add(version, found);
            }

            var conflicting = owner.Fields.Intersect(found.Changed);
            if (!conflicting.IsEmpty) { conflicts.Add(new ApplyConflict(owner.Entry, conflicting)); }
            owner.Fields = owner.Fields.Except(conflicting).Except(found.Removed);
        }

        return conflicts;
    }

    // What the applier applied last time and does not now goes, unless somebody else owns it.
    private static async ValueTask<JsonMap> PruneAsync(
        JsonMap merged, List<FieldOwner> owners, FieldOwner? last, string apiVersion, IApplyVersions versions, CancellationToken cancellationToken)
    {
        if (last is null || last.Fields.IsEmpty) { return merged; }
        var version = last.Entry.ApiVersion;
        var type = versions.TypeOf(version)!;
        var converted = await AtAsync(merged, apiVersion, version, versions, cancellationToken).ConfigureAwait(false);
        var lastFields = last.Fields.WithNamedFields(type);
        var pruned = (JsonMap?)TreeRemoval.Remove(converted, type, lastFields) ?? [];
        pruned = await WithOwnedAsync(converted, pruned, version, owners, versions, cancellationToken).ConfigureAwait(false);

        // What nobody owns stays too: only what was the applier's own may go.
        var kept = TreeFields.Of(pruned, type).WithNamedFields(type);
        var all = TreeFields.Of(converted, type).WithNamedFields(type);
        pruned = (JsonMap?)TreeRemoval.Remove(converted, type, all.Except(kept).Intersect(lastFields)) ?? [];
        return await AtAsync(pruned, version, apiVersion, versions, cancellationToken).ConfigureAwait(false);
    }

    private static async ValueTask<JsonMap> WithOwnedAsync(
        JsonMap merged, JsonMap pruned, string version, List<FieldOwner> owners, IApplyVersions versions, CancellationToken cancellationToken)
    {
        var at = version;
        foreach (var group in owners.GroupBy(static owner => owner.Entry.ApiVersion).OrderBy(group => group.Key == version ? 0 : 1))
        {
            var type = versions.TypeOf(group.Key)!;
            merged = await AtAsync(merged, at, group.Key, versions, cancellationToken).ConfigureAwait(false);
            pruned = await AtAsync(pruned, at, group.Key, versions, cancellationToken).ConfigureAwait(false);
            at = group.Key;
            var owned = group.Aggregate(FieldSet.Empty, static (fields, owner) => fields.Union(owner.Fields)).WithNamedFields(type);
            var kept = TreeFields.Of(pruned, type).WithNamedFields(type).Union(owned);
            pruned = (JsonMap?)TreeRemoval.Remove(merged, type, TreeFields.Of(merged, type).WithNamedFields(type).Except(kept)) ?? [];
        }

        return await AtAsync(pruned, at, version, versions, cancellationToken).ConfigureAwait(false);
    }

    private static ValueTask<JsonMap> AtAsync(JsonMap value, string from, string to, IApplyVersions versions, CancellationToken cancellationToken)
        => from == to ? new ValueTask<JsonMap>(value) : versions.ConvertAsync(value, from, to, cancellationToken);
}
