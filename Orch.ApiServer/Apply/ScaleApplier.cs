using k8s.Models;
using Orch.ApiServer.Caching;
using Orch.ApiServer.Json;
using Orch.ApiServer.Registry;
using Orch.ApiServer.Serving;
using Orch.Client;
using Orch.Resources;
using Orch.Serialization;

namespace Orch.ApiServer.Apply;

/// <summary>Applies to an object's scale: who owns the scale's replicas owns the object's, and the other way round.</summary>
internal sealed class ScaleApplier(ObjectApplier objects, ModelMergeTypes types, OtherForms forms)
{
    private const string Subresource = "scale";
    private static readonly GroupVersionKind Kind = new("autoscaling", "v1", "Scale");
    private static readonly FieldSet InScale = FieldSet.OfFields("spec", "replicas");

    /// <summary>Applies.</summary>
    /// <returns>The wanted scale, and the managed fields of the object itself.</returns>
    /// <exception cref="ApiException">400, 409, 500.</exception>
    public async ValueTask<(V1Scale Scale, List<V1ManagedFieldsEntry> Entries)> ApplyAsync(
        ServedResource resource, CachedObject current, ApplyPatch patch, string manager, bool force, CancellationToken cancellationToken)
    {
        var declaration = resource.Declaration;
        var parent = current.As(declaration).Value.Metadata.ManagedFields ?? [];
        var versions = new ServedVersions(declaration, types, forms);
        var replicas = FieldSet.OfFields([.. declaration is IMergeTyped typed ? typed.ReplicasPath : ["spec", "replicas"]]);
        var live = (JsonMap)JsonTree.Read(ApiJson.Serialize(ScaleEndpoint.ScaleOf(resource, current)))!;
        var request = objects.RequestOf(Kind, Subresource, manager, force, IgnoredFields.OfScale);
        var outcome = await objects.ApplyAsync(live, ToScale(parent, replicas, versions), patch.Object, Kind, request, new ScaleVersions(types), cancellationToken).ConfigureAwait(false);
        var scale = outcome.Json is null ? ApiJson.Deserialize<V1Scale>(JsonTree.Write(live)) : ApiJson.Deserialize<V1Scale>(outcome.Json);
        return (scale, ToParent(parent, outcome.Entries, replicas, versions, declaration.Kind.ApiVersion));
    }

    private static List<V1ManagedFieldsEntry> ToScale(IList<V1ManagedFieldsEntry> parent, FieldSet replicas, ServedVersions versions)
    {
        var entries = new List<V1ManagedFieldsEntry>();
        foreach (var entry in parent)
        {
            if (versions.TypeOf(entry.ApiVersion) is not { } type || !ManagedEntries.FieldsOf(entry, type).Overlaps(replicas)) { continue; }
            entries.Add(entry with { ApiVersion = entry.ApiVersion, FieldsV1 = new RawJson(FieldsV1.Write(InScale)) });
        }

        return entries;
    }

    private static List<V1ManagedFieldsEntry> ToParent(
        IList<V1ManagedFieldsEntry> parent, List<V1ManagedFieldsEntry> scale, FieldSet replicas, ServedVersions versions, string apiVersion)
    {
        var entries = new List<V1ManagedFieldsEntry>();
        var remaining = new List<V1ManagedFieldsEntry>(scale);
        foreach (var entry in parent)
        {
            if (versions.TypeOf(entry.ApiVersion) is not { } type) { continue; }
            var fields = ManagedEntries.FieldsOf(entry, type);
            if (!fields.Overlaps(replicas)) { entries.Add(entry); continue; }
            var index = remaining.FindIndex(other => ManagedEntries.SameManager(other, entry));
            if (index >= 0)
            {
                entries.Add(entry with { Time = remaining[index].Time ?? entry.Time });
                remaining.RemoveAt(index);
                continue;
            }

            var rest = fields.Except(replicas);
            if (!rest.IsEmpty) { entries.Add(entry with { FieldsV1 = new RawJson(FieldsV1.Write(rest)) }); }
        }

        foreach (var entry in remaining) { entries.Add(entry with { ApiVersion = apiVersion, FieldsV1 = new RawJson(FieldsV1.Write(replicas)) }); }
        ManagedEntries.Sort(entries);
        return entries;
    }

    // Owners keep the version that they are known by; in all of them replicas are in one place.
    private sealed class ScaleVersions(ModelMergeTypes types) : IApplyVersions
    {
        private readonly MergeType _type = types.Of(typeof(V1Scale));

        public MergeType? TypeOf(string apiVersion) => _type;

        public ValueTask<JsonMap> ConvertAsync(JsonMap value, string from, string to, CancellationToken cancellationToken) => new(value);
    }
}
