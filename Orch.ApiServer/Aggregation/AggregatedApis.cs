using System.Collections.Frozen;
using k8s.Models;
using Orch.ApiServer.Discovery;
using Orch.ApiServer.Proxying;

namespace Orch.ApiServer.Aggregation;

/// <summary>The groups and versions that services answer for, and what is known of them.</summary>
internal sealed class AggregatedApis(Func<ServiceLocator> services, Func<ProxyIdentity> identity) : IDisposable
{
    private readonly Lock _gate = new();
    private FrozenDictionary<(string Group, string Version), AggregatedApi> _apis = FrozenDictionary<(string Group, string Version), AggregatedApi>.Empty;
    private ApiPriorities _priorities = ApiPriorities.None;
    private long _version;

    /// <summary>Counts the changes of what services answer for.</summary>
    public long Version => Interlocked.Read(ref _version);

    /// <summary>All of them.</summary>
    public IReadOnlyCollection<AggregatedApi> All => Volatile.Read(ref _apis).Values;

    /// <summary>The order of all groups and versions, the server's own included.</summary>
    public ApiPriorities Priorities => Volatile.Read(ref _priorities);

    /// <summary>The one of a group and version, or null.</summary>
    public AggregatedApi? Find(string group, string version) => Volatile.Read(ref _apis).GetValueOrDefault((group, version));

    /// <summary>The one that a path below <c>/apis</c> belongs to, or null.</summary>
    public AggregatedApi? FindByPath(string path)
    {
        if (Volatile.Read(ref _apis).Count == 0 || !path.StartsWith("/apis/", StringComparison.Ordinal)) { return null; }
        var parts = path.Split('/', 5, StringSplitOptions.RemoveEmptyEntries);
        return parts.Length >= 3 ? Find(parts[1], parts[2]) : null;
    }

    /// <summary>Takes in the API services as they are now; those without a service are the server's own.</summary>
    public void Replace(IReadOnlyCollection<V1APIService> definitions)
    {
        lock (_gate)
        {
            var priorities = ApiPriorities.Of(definitions);
            if (!priorities.Same(_priorities))
            {
                Volatile.Write(ref _priorities, priorities);
                Interlocked.Increment(ref _version);
            }

            var before = _apis;
            var now = new Dictionary<(string, string), AggregatedApi>();
            var changed = false;
            foreach (var definition in definitions)
            {
                if (definition.Spec.Service is null) { continue; }
                var key = (definition.Spec.Group, definition.Spec.Version);
                if (before.TryGetValue(key, out var known) && known.IsOf(definition))
                {
                    changed |= known.Note(definition);
                    now[key] = known;
                    continue;
                }

                now[key] = new AggregatedApi(definition, new AggregatedBackend(definition, services, identity));
                changed = true;
            }

            if (!changed && now.Count == before.Count) { return; }
            Volatile.Write(ref _apis, now.ToFrozenDictionary());
            Interlocked.Increment(ref _version);
        }
    }

    /// <summary>Notes what a service says that it serves.</summary>
    public void Note(AggregatedApi api, IReadOnlyList<DiscoveryResource> resources, string fingerprint)
    {
        lock (_gate)
        {
            if (api.NoteResources(resources, fingerprint)) { Interlocked.Increment(ref _version); }
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var api in All) { api.Backend.Dispose(); }
    }
}
