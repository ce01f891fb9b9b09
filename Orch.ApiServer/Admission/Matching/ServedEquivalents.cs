using System.Collections.Frozen;
using Orch.ApiServer.Registry;
using Orch.ApiServer.Resources;
using Orch.Resources;

namespace Orch.ApiServer.Admission.Matching;

/// <summary>Finds equivalents among the served resources: those over the same stored objects.</summary>
internal sealed class ServedEquivalents(ServedResources resources) : IResourceEquivalents
{
    private Groups? _groups;

    /// <inheritdoc />
    public IReadOnlyList<MatchedResource> OthersOf(GroupVersionResource resource, string subresource)
    {
        var all = resources.All;
        var groups = Volatile.Read(ref _groups);
        if (groups is null || !ReferenceEquals(groups.Source, all)) { Volatile.Write(ref _groups, groups = Groups.Of(all)); }
        if (!groups.ByResource.TryGetValue(resource, out var others)) { return []; }
        return [.. others.Where(other => Has(other.Declaration, subresource)).Select(other => new MatchedResource(other.Resource, KindOf(other.Declaration, subresource)))];
    }

    private static bool Has(ResourceDeclaration declaration, string subresource) => subresource switch
    {
        "" => true,
        "status" => declaration.HasStatus,
        "scale" => declaration.Scale is not null,
        _ => declaration.PartialUpdates.ContainsKey(subresource),
    };

    private static GroupVersionKind KindOf(ResourceDeclaration declaration, string subresource)
        => subresource == "scale" ? new GroupVersionKind("autoscaling", "v1", "Scale") : declaration.Kind;

    // Most resources stand alone and are not in the map.
    private sealed record Groups(IReadOnlyList<ServedResource> Source, FrozenDictionary<GroupVersionResource, ServedResource[]> ByResource)
    {
        public static Groups Of(IReadOnlyList<ServedResource> all)
        {
            var map = new Dictionary<GroupVersionResource, ServedResource[]>();
            foreach (var group in all.GroupBy(static item => item.Cache.Prefix, StringComparer.Ordinal))
            {
                var members = group.ToArray();
                if (members.Length < 2) { continue; }
                foreach (var member in members) { map[member.Resource] = [.. members.Where(other => other.Resource != member.Resource)]; }
            }

            return new Groups(all, map.ToFrozenDictionary());
        }
    }
}
