using k8s;
using k8s.Models;
using Orch.ApiServer.Caching;
using Orch.ApiServer.Patching;
using Orch.ApiServer.Registry;
using Orch.ApiServer.Resources;
using Orch.Serialization;

namespace Orch.ApiServer.Apply;

/// <summary>Keeps account, in <c>metadata.managedFields</c>, of who set which field: on every write but an apply, which does so itself.</summary>
/// <remarks>
/// Rules as in apimachinery's <c>managedfields</c>. It sees objects as they were asked for, with defaults but before admission and preparation: what those
/// add belongs to nobody. An object without managed fields stays so on updates.
/// </remarks>
internal sealed class FieldManager(ModelMergeTypes types, OtherForms forms, FieldsPool pool, TimeProvider time)
{
    /// <summary>Gives a new object's fields to its creator.</summary>
    public void OnCreate(ServedResource resource, WriteCall call, IKubernetesObject<V1ObjectMeta> value)
    {
        if (call.Manager is null || call.IsApply) { return; }
        var entries = ManagedEntries.LiveOrGiven(null, value.Metadata.ManagedFields, isFixed: call.Subresource.Length > 0);
        var declaration = resource.Declaration;
        var type = types.Of(declaration);
        var ignored = IgnoredFields.For(declaration, call.Subresource);
        value.Metadata.ManagedFields = null;
        using var json = Encode(value, declaration);
        var changed = ChangeWalker.OfNew(json.Written, type, ignored);
        var changes = new FieldChanges(changed, FieldSet.Empty);
        value.Metadata.ManagedFields = Assign(call, declaration, type, entries, changes, _ => changes);
    }

    /// <summary>Gives the fields that an update changes to the one who makes it, and takes them from the others.</summary>
    /// <exception cref="Client.ApiException">500: the object could not be converted to a version in which somebody owns fields.</exception>
    public ValueTask OnUpdateAsync(ServedResource resource, WriteCall call, CachedObject current, IKubernetesObject<V1ObjectMeta> value, CancellationToken cancellationToken)
    {
        if (call.Manager is null || call.IsApply) { return default; }
        var declaration = resource.Declaration;
        var live = current.As(declaration).Value.Metadata.ManagedFields;
        var entries = ManagedEntries.LiveOrGiven(live, value.Metadata.ManagedFields, isFixed: call.Subresource.Length > 0);
        value.Metadata.ManagedFields = null;
        if (entries.Count == 0) { return default; }
        var type = types.Of(declaration);
        var ignored = IgnoredFields.For(declaration, call.Subresource);
        var changes = call.Scope is { } scope ? CompareIn(scope, current, value, declaration, ignored) : Compare(current, value, declaration, declaration, ignored);
        if (changes.IsEmpty)
        {
            value.Metadata.ManagedFields = live is not null && ReferenceEquals(entries, live) ? live : Sorted([.. entries]);
            return default;
        }

        if (declaration is IMergeTyped typed && entries.Any(entry => entry.ApiVersion != declaration.Kind.ApiVersion)) { return InVersionsAsync(typed); }
        value.Metadata.ManagedFields = Assign(call, declaration, type, entries, changes, apiVersion =>
            forms.Find(declaration, apiVersion) is { } other ? Compare(current, value, declaration, other, ignored) : null);
        return default;

        // What changed is told in each version that somebody owns fields in: paths may differ, and only a conversion knows how.
        async ValueTask InVersionsAsync(IMergeTyped custom)
        {
            var found = new Dictionary<string, FieldChanges?>(StringComparer.Ordinal);
            foreach (var version in entries.Select(static entry => entry.ApiVersion).Where(version => version != declaration.Kind.ApiVersion).Distinct(StringComparer.Ordinal))
            {
                if (custom.InVersion(version) is not { } other) { found[version] = null; continue; }
                var pair = await custom.ConvertAsync([current.As(declaration).Value, value], other, cancellationToken).ConfigureAwait(false);
                using var old = Encode(pair[0], other);
                using var now = Encode(pair[1], other);
                found[version] = ignored.Keep(ChangeWalker.Between(old.Written, now.Written, types.Of(other), IgnoredFields.For(other, call.Subresource)));
            }

            value.Metadata.ManagedFields = Assign(call, declaration, type, entries, changes, apiVersion => found[apiVersion]);
        }
    }

    /// <summary>Lets admission change managed fields only to something valid.</summary>
    /// <param name="owned">As they were before.</param>
    public static void AfterAdmission(WriteCall call, V1ObjectMeta metadata, IList<V1ManagedFieldsEntry>? owned)
    {
        if (call.Manager is null || metadata.ManagedFields is not { Count: > 0 } given || ReferenceEquals(given, owned)) { return; }
        if (owned is not null && ManagedEntries.Same(owned, given)) { metadata.ManagedFields = owned; return; }
        if (ManagedEntries.Decode(given) is { } decoded) { metadata.ManagedFields = Sorted(decoded); return; }
        metadata.ManagedFields = owned;
        call.Warnings.Add(".metadata.managedFields was in an invalid state after admission; this could be caused by an outdated mutating admission controller; please fix your requests: "
            + (ManagedEntries.FaultOf(given) ?? "invalid fieldsV1"));
    }

    /// <summary>Takes back new times of managed fields where nothing else differs from what is stored: such a write changes nothing.</summary>
    /// <param name="json">Of the value.</param>
    /// <returns>Whether the value was changed.</returns>
    public static bool RevertsTimes(CachedObject current, IKubernetesObject<V1ObjectMeta> value, ReadOnlySpan<byte> json)
    {
        if (value.Metadata.ManagedFields is not { Count: > 0 } entries || json.Length != current.StoredJson.Length) { return false; }
        if (!ManagedFieldsText.DifferFirst(json, current.StoredJson.Span) || !ManagedFieldsText.EqualElsewhere(json, current.StoredJson.Span)) { return false; }
        var live = current.Value.Metadata.ManagedFields;
        if (!ManagedEntries.SameButTimes(live, entries)) { return false; }
        value.Metadata.ManagedFields = live;
        return true;
    }

    private FieldChanges Compare(
        CachedObject current, IKubernetesObject<V1ObjectMeta> value, ResourceDeclaration declaration, ResourceDeclaration form, IgnoredFields ignored)
    {
        using var now = Encode(OtherForms.Convert(value, declaration, form), form);
        if (form.StoredAs is null) { return ignored.Keep(ChangeWalker.Between(current.StoredJson.Span, now.Written, types.Of(form), ignored)); }
        using var old = new ByteBuffer();
        current.As(form).WriteTo(old);
        return ignored.Keep(ChangeWalker.Between(old.Written, now.Written, types.Of(form), ignored));
    }

    // What a patch did not name is as it was, so it is neither written nor read: a label costs no look at the specification.
    private FieldChanges CompareIn(PatchScope scope, CachedObject current, IKubernetesObject<V1ObjectMeta> value, ResourceDeclaration declaration, IgnoredFields ignored)
    {
        using var now = new ByteBuffer();
        using var old = new ByteBuffer();
        scope.Encode(value, now);
        if (declaration.StoredAs is null) { scope.Cut(current.StoredJson.Span, old); }
        else
        {
            using var whole = new ByteBuffer();
            current.As(declaration).WriteTo(whole);
            scope.Cut(whole.Written, old);
        }

        return ignored.Keep(ChangeWalker.Between(old.Written, now.Written, types.Of(declaration), ignored));
    }

    private static ByteBuffer Encode(IKubernetesObject<V1ObjectMeta> value, ResourceDeclaration declaration)
    {
        var buffer = new ByteBuffer();
        ApiJson.Serialize(buffer, value, declaration.ObjectType);
        return buffer;
    }

    // What changed, in a version, leaves all entries of that version; the changes go to the caller's own.
    private List<V1ManagedFieldsEntry>? Assign(
        WriteCall call, ResourceDeclaration declaration, MergeType type, IReadOnlyList<V1ManagedFieldsEntry> entries, FieldChanges changes, Func<string, FieldChanges?> changesIn)
    {
        var own = ManagedEntries.Make(call.Manager is { Length: > 0 } manager ? manager : "unknown", ManagedEntries.Update, declaration.Kind.ApiVersion, call.Subresource, Now(), new RawJson([]));
        var result = new List<V1ManagedFieldsEntry>(entries.Count + 1);
        V1ManagedFieldsEntry? previous = null;
        Dictionary<string, FieldChanges?>? others = null;
        foreach (var entry in entries)
        {
            var mine = ManagedEntries.SameManager(entry, own);
            if (entry.ApiVersion == own.ApiVersion)
            {
                if (mine && !changes.Changed.IsEmpty) { previous = entry; }
                else if (Reduce(entry, changes, type) is { } rest) { result.Add(rest); }
                continue;
            }

            others ??= new Dictionary<string, FieldChanges?>(StringComparer.Ordinal);
            if (!others.TryGetValue(entry.ApiVersion, out var found)) { others.Add(entry.ApiVersion, found = changesIn(entry.ApiVersion)); }
            // What belongs to a version that is no longer served belongs to nobody.
            if (found is { } theirs && Reduce(entry, theirs, null) is { } kept) { result.Add(kept); }
        }

        if (!changes.Changed.IsEmpty) { result.Add(own with { FieldsV1 = OwnFields(previous, changes, type) }); }
        ManagedEntries.Cap(result);
        return result.Count == 0 ? null : Sorted(result);
    }

    private RawJson OwnFields(V1ManagedFieldsEntry? previous, FieldChanges changes, MergeType type)
    {
        using var buffer = new ByteBuffer(2048);
        if (previous is null)
        {
            FieldsV1.Write(buffer, changes.Changed);
            return pool.Share(buffer.Written);
        }

        var fields = ManagedEntries.FieldsOf(previous, type).AtAtoms(type).Except(changes.Removed).Union(changes.Changed);
        FieldsV1.Write(buffer, fields);
        return previous.FieldsV1 is RawJson raw && raw.Utf8.Span.SequenceEqual(buffer.Written) ? raw : pool.Share(buffer.Written);
    }

    private V1ManagedFieldsEntry? Reduce(V1ManagedFieldsEntry entry, FieldChanges changes, MergeType? type)
    {
        var bytes = ManagedEntries.BytesOf(entry);
        if (!FieldsV1.Overlaps(bytes, changes.Changed, changes.Removed)) { return bytes.Length > FieldsV1.NoFieldsLength ? entry : null; }
        var fields = ManagedEntries.FieldsOf(entry, type);
        var rest = fields.AtAtoms(type).Except(changes.Changed).Except(changes.Removed);
        if (rest.IsEmpty) { return null; }
        using var buffer = new ByteBuffer(2048);
        FieldsV1.Write(buffer, rest);
        return entry with { FieldsV1 = pool.Share(buffer.Written) };
    }

    private static List<V1ManagedFieldsEntry> Sorted(List<V1ManagedFieldsEntry> entries)
    {
        ManagedEntries.Sort(entries);
        return entries;
    }

    private DateTime Now() => DateTimeOffset.FromUnixTimeSeconds(time.GetUtcNow().ToUnixTimeSeconds()).UtcDateTime;
}
